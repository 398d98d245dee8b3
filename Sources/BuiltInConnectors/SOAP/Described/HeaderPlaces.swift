// SOAP headers that connector.json names, held against those that the operations have.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// Where connector.json names SOAP headers. Whether there are such is known only when the operations are read, which a check
/// of the connector does and a check of a recipe should not have to.
struct HeaderPlaces: Sendable {
    private struct Place: Sendable {
        let name: String
        let what: String
        let range: Range<Int>
        let pointer: JSONPointer
    }

    private var file = ""
    private var signIn: [Place] = []
    /// By the action.
    private var keys: [String: Place] = [:]

    init() {}

    init(_ root: JSONNode, file: String) {
        self.file = file
        func members(_ node: JSONNode?) -> [(key: String, keyRange: Range<Int>, value: JSONNode)] {
            guard case .object(let members)? = node?.content else { return [] }
            return members.map { ($0.key, $0.keyRange, $0.value) }
        }
        func member(_ node: JSONNode?, _ key: String) -> JSONNode? { members(node).last { $0.key == key }?.value }
        let headers = DescribedSignIn.headersMember
        let pointer = JSONPointer().appending("connection").appending("auth").appending(headers)
        signIn = members(member(member(member(root, "connection"), "auth"), headers)).map {
            Place(name: $0.key, what: "\"\(headers)\"", range: $0.keyRange, pointer: pointer.appending($0.key))
        }
        for action in members(member(root, "actions")) {
            guard let key = member(action.value, "key_header"), let name = key.json.string else { continue }
            keys[action.key] = Place(
                name: name, what: "\"key_header\"", range: key.range,
                pointer: JSONPointer().appending("actions").appending(action.key).appending("key_header"))
        }
    }

    fileprivate func diagnostics(_ operations: [String: SOAPOperation]) -> [Diagnostic] {
        guard !operations.isEmpty else { return [] }
        let all = Set(operations.values.flatMap { $0.input.headers.map(\.key) }).sorted()
        var found = signIn.filter { !all.contains($0.name) }.map {
            diagnostic($0, "no operation of its actions has such a SOAP header", among: all)
        }
        for (action, place) in keys {
            guard let operation = operations[action] else { continue }
            let own = operation.input.headers.map(\.key)
            if !own.contains(place.name) {
                found.append(diagnostic(place, "\(operation.name) has no such SOAP header", among: own))
            }
        }
        return Diagnostic.sorted(found)
    }

    private func diagnostic(_ place: Place, _ why: String, among known: [String]) -> Diagnostic {
        let name = place.name.prefix(64)
        return Diagnostic(
            code: "unknown_header", "\(place.what) names \"\(name)\", but \(why), so it is never sent",
            suggestion: Suggestion.nearOrAll(place.name, among: known, called: "there are")
                ?? "in the WSDL, the operation's input needs a soap:header for it",
            file: file, range: place.range, pointer: place.pointer.description)
    }
}

extension DescribedConnector {
    /// What is wrong with connector.json once the operations are read for it.
    var fileDiagnostics: [Diagnostic] {
        var known: [String: SOAPOperation] = [:]
        for (name, action) in operations { known[name] = try? service.operation(action.operation) }
        return headerPlaces.diagnostics(known)
    }
}
