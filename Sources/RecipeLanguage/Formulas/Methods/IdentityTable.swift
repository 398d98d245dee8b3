// Methods of any value: what kind it is, handing it to a block, and calling a method by its name.

import JSONCore

extension FunctionTables {
    static func identity() -> MethodTable {
        var table = MethodTable("any value")
        for name in ["dup", "clone", "deep_dup", "freeze"] {
            table.add(
                name, on: KindSet.any.union(.pending), gives: .any, "The value itself, as values don't change.",
                "'a'.\(name)", "\"a\""
            ) { $0.receiver }
        }
        for name in ["then", "yield_self"] {
            table.add(
                name, on: .any, "&!value", gives: .any, "What the block makes of the value.",
                "5.\(name) { |n| n + 1 }", "6"
            ) { call in
                try call.yield(try call.requiredBlock(), call.receiver)
            }
        }
        table.add(
            "tap", on: .any, "&!value", gives: .any, "Runs the block; the value itself is the result.",
            "5.tap { |n| n + 1 }", "5"
        ) { call in
            _ = try call.yield(try call.requiredBlock(), call.receiver)
            return call.receiver
        }
        table.add(
            "try", on: .any, "method: any?, arguments: any…, &value", gives: .any,
            "The result of a method, or nil when the value has no such method.", "nil.try(:upcase)", "nil"
        ) { call in
            if call.receiver.isNull { return .null }
            guard case .string(let name)? = call[0] else {
                return try call.yield(try call.requiredBlock(), call.receiver)
            }
            let given = Array(call.arguments.dropFirst())
            // :+ and the like are methods in Ruby.
            if let operation = BinaryOperator(rawValue: name), given.count == 1 {
                let link = ChainNode.Link(
                    operation: operation, operand: .literal(.null), left: call.subject, right: Written("the argument"),
                    range: call.range)
                return try Arithmetic.apply(link, call.receiver, given[0], call.run)
            }
            return try call.send(name, given)
        }
        for name in ["is_a?", "kind_of?", "instance_of?"] {
            table.add(
                name, on: KindSet.any.union(.pending), "type: text", gives: .boolean,
                "Whether it is of one of Ruby's types: String, Integer, Array, Hash, Date, …",
                "[1].\(name)(Array)", "true"
            ) { call in
                .bool(try RubyTypes.has(call.receiver, try call.string(0), exactly: name == "instance_of?", call))
            }
        }
        return table
    }
}

extension Call {
    /// Calls a method by its name; nil when the receiver has none of that name.
    func send(_ name: String, _ arguments: [Value]) throws -> Value {
        guard let method = FunctionLibrary.shared.group(name)?.byKind[Int(receiver.kind.rawValue)] else {
            return .null
        }
        guard (method.fewest...max(method.fewest, method.most)).contains(arguments.count),
            !method.needsBlock || block != nil
        else {
            throw bad("\(name) can't be called with \(arguments.count) arguments", "write: \(method.spec.signature)")
        }
        let node = CallNode(
            receiver: nil, name: name, range: range, subject: subject, group: nil, function: nil, block: block,
            isSafe: false, mayBeMember: false)
        return try withExtendedLifetime(node) {
            try method.body(
                Call(receiver: receiver, arguments: arguments, keywords: [], node: node, slots: slots, run: run))
        }
    }
}

/// Ruby's names of types.
enum RubyTypes {
    /// Each type with the kinds of value that are of it, and whether it is their very class.
    private static let types: [String: (kinds: KindSet, isClass: Bool)] = [
        "String": (.text, true), "Symbol": ([], true), "Integer": (.integer, true), "Float": (.decimal, true),
        "BigDecimal": ([], true), "Rational": (.rational, true), "Numeric": (.number, false),
        "Comparable": ([.text, .number, .moment, .duration], false), "Array": (.list, true), "Hash": (.object, true),
        "Enumerable": ([.list, .object, .range, .pending], false), "Enumerator": (.pending, true),
        "Range": (.range, true), "Regexp": (.regex, true), "Date": (.date, true), "DateTime": ([], true),
        "Time": (.time, true), "ActiveSupport::TimeWithZone": (.time, true),
        "ActiveSupport::Duration": (.duration, true), "NilClass": (.null, true), "TrueClass": (.boolean, true),
        "FalseClass": (.boolean, true), "Object": (KindSet.any.union(.pending), false),
        "BasicObject": (KindSet.any.union(.pending), false),
    ]

    /// Whether a name written like a constant is one of Ruby's types.
    static func isType(_ name: String) -> Bool { types[name] != nil }

    static func has(_ value: Value, _ name: String, exactly: Bool, _ call: Call) throws -> Bool {
        guard let type = types[name] else {
            throw call.bad(
                "there is no type \(Call.shown(name))",
                "use String, Integer, Float, Numeric, Array, Hash, Date, Time, …")
        }
        if case .duration(let duration) = value, name != "ActiveSupport::Duration" {
            return try has(Value(duration.length), name, exactly: exactly, call)
        }
        if case .bool(let bool) = value, name == "TrueClass" || name == "FalseClass" {
            return bool == (name == "TrueClass")
        }
        return type.kinds.contains(KindSet(value.kind)) && (type.isClass || !exactly)
    }
}
