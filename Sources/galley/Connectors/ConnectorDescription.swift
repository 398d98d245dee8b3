// A connector as data: what `connectors show --json` prints.

import BuiltInConnectors
import JSONCore
import RecipeLanguage

struct ConnectorDescription {
    let spec: ConnectorSpec
    let library: ConnectorLibrary

    /// - Parameter inFull: with the schemas of the actions; a connector may have a thousand of them.
    func json(_ actions: [OperationSpec], _ triggers: [TriggerSpec], _ inFull: Bool) -> JSON {
        [
            "name": .string(spec.name), "title": .string(spec.title), "summary": .string(spec.summary),
            "docs": .string(spec.docs), "settings": spec.settings?.json ?? .null,
            "connection_required": .bool(spec.connectionRequired),
            "actions": .array(actions.map { action($0, inFull) }),
            "triggers": .array(
                triggers.map { trigger in
                    var object: JSONObject = [
                        "name": .string(trigger.name), "title": .string(trigger.title),
                        "summary": .string(trigger.summary),
                    ]
                    if inFull { (object["input"], object["event"]) = (trigger.input.json, trigger.event.json) }
                    return .object(object)
                }),
        ]
    }

    private func action(_ action: OperationSpec, _ inFull: Bool) -> JSON {
        var object: JSONObject = [
            "name": .string(action.name), "title": .string(action.title), "summary": .string(action.summary),
            "effect": .string(action.effect.rawValue),
        ]
        if inFull {
            // Of a folder the schemas as they are written: they say more than is enforced.
            let written = library.declarative(spec.name)?.schemas(of: action.name)
            object["input"] = written?.input ?? action.input.json
            object["output"] = written?.output ?? action.output.json
            object["examples"] = .array(action.examples)
        }
        return .object(object)
    }
}
