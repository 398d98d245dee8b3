// How a described connector's service is called and signed in to, as its connector.json says.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension DescribedReader {
    mutating func soap(_ top: [Member], _ root: JSONNode, _ settings: inout DescribedSettings) {
        let place = JSONPointer().appending("soap")
        guard let soap = top.last(where: { $0.key == "soap" }) else {
            return report(
                "missing_key", "the connector needs \"soap\"", hint: "import the WSDL again", root.range, JSONPointer())
        }
        let keys = ["wsdl", "service", "port", "version", "address", "addressing", "mtom", "session"]
        let found = members(soap.value, "\"soap\"", allowed: keys, place)
        if let version = text(found, "version", place) {
            if let known = SOAPVersion(rawValue: version) {
                settings.version = known
            } else {
                report("not_a_choice", "\"version\" must be 1.1 or 1.2", soap.value.range, place)
            }
        }
        settings.address = text(found, "address", place)
        for key in ["addressing", "mtom", "session"] {
            guard let member = found.last(where: { $0.key == key }) else { continue }
            if key == "mtom", member.value.json == .string(MTOM.whereNeededName) {
                settings.mtom = .whereNeeded
                continue
            }
            guard let flag = member.value.json.bool else {
                let choices = key == "mtom" ? "true, false or \"\(MTOM.whereNeededName)\"" : "true or false"
                report("wrong_type", "\"\(key)\" must be \(choices)", member.value.range, place.appending(key))
                continue
            }
            switch key {
            case "mtom": settings.mtom = flag ? .always : .never
            case "session": settings.session = flag
            default: settings.addressing = flag
            }
        }
    }

    mutating func connection(_ top: [Member], _ settings: inout DescribedSettings) -> Schema? {
        let place = JSONPointer().appending("connection")
        var schema = Schema.object([])
        if let connection = top.last(where: { $0.key == "connection" }) {
            let keys = ["settings", "auth", "url", "errors", "limits", "test"]
            let found = members(connection.value, "\"connection\"", allowed: keys, place)
            func entry(_ key: String) -> Entry? {
                found.last { $0.key == key }.map { Entry(node: $0.value, pointer: place.appending(key)) }
            }
            schema = shared.schema(entry("settings"), isClosed: true) ?? schema
            shared.settings = schema
            settings.settingDefaults = JSONObject(
                schema.properties.compactMap { setting in setting.schema.defaultValue.map { (setting.name, $0) } })
            settings.url = entry("url").flatMap { shared.baseURL($0, "\"url\"") }
            settings.errors = shared.errorRules(
                entry("errors"), ConnectorReader.Scope(names: [.settings, .input, .output, .fault]))
            settings.limits = shared.limits(entry("limits"))
            if let auth = found.last(where: { $0.key == "auth" }) { signIn(auth, place.appending("auth"), &settings) }
            if let test = found.last(where: { $0.key == "test" }) {
                let members = members(test.value, "\"test\"", allowed: ["action", "input"], place.appending("test"))
                if let action = text(members, "action", place.appending("test")) {
                    settings.test = (action, members.last { $0.key == "input" }?.value.json ?? [:])
                }
            }
        }
        if schema.property("url") == nil, settings.url == nil {
            schema.properties.append(
                .string("url", required: settings.address == nil, "the service's address, instead of the WSDL's"))
        }
        return schema
    }

    private mutating func signIn(_ auth: Member, _ place: JSONPointer, _ settings: inout DescribedSettings) {
        let kind = auth.value.json["type"]?.string ?? ""
        if ConnectionAuth.types.contains(kind) || kind == DescribedSignIn.headerType {
            settings.signIn = shared.describedSignIn(Entry(node: auth.value, pointer: place))
            return
        }
        let keys = ["type", "in", "name", "prefix", "password_type", "timestamp", "ttl", "title", "description"]
        for member in members(auth.value, "\"auth\"", allowed: nil, place) where !keys.contains(member.key) {
            let isSecret = ["username", "password", "token", "key"].contains(member.key)
            report(
                isSecret ? "secret_in_connector" : "unknown_key",
                isSecret
                    ? "\"\(member.key)\" belongs to a connection, not to the connector"
                    : "\"auth\" has no \"\(member.key)\"",
                hint: isSecret ? "put it under \"auth\" of a file in Connections/" : nil, member.keyRange,
                place.appending(member.key))
        }
        let known = ConnectionAuth.types + [SecurityHeader.authType, DescribedSignIn.headerType]
        if let type = auth.value.json["type"], type.string.map({ known.contains($0) }) != true {
            report(
                "not_a_choice", "\"type\" must be one of \(known.joined(separator: ", "))", auth.value.range,
                place.appending("type"))
        }
        settings.signIn.scheme.json = auth.value.json.object ?? [:]
    }
}
