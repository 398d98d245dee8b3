// Texts that are YAML, as data, and data as YAML.

import JSONCore

extension FunctionTables {
    static func yaml() -> MethodTable {
        var table = MethodTable("YAML")
        for (name, kinds) in [("workato.parse_yaml", [] as KindSet), ("parse_yaml", .text), ("from_yaml", .text)] {
            table.add(
                name, on: kinds, kinds.isEmpty ? "text: text" : "", gives: .any,
                "What a YAML text holds: objects, lists, texts, numbers, dates.",
                kinds.isEmpty ? "\(name)(\"a: [1, yes]\")" : "\"a: [1, yes]\".\(name)", "{\"a\"=>[1, true]}"
            ) { call in
                try YAMLReader.read(kinds.isEmpty ? call.string(0) : call.text, call)
            }
        }
        for (name, kinds) in [
            ("workato.render_yaml", [] as KindSet), ("to_yaml", .any), ("render_yaml", .any),
        ] {
            table.add(
                name, on: kinds, kinds.isEmpty ? "value: any" : "", gives: .string, "As YAML text.",
                kinds.isEmpty ? "\(name)({a: [1, 'yes']})" : "{a: [1, 'yes']}.\(name)",
                "\"---\\na:\\n- 1\\n- 'yes'\\n\""
            ) { call in
                try YAMLWriter.write(kinds.isEmpty ? call[0] ?? .null : call.receiver, call)
            }
        }
        return table
    }
}
