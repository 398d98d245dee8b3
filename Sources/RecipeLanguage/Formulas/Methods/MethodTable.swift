// How a family of functions is written down.

/// Collects the entries of one family.
struct MethodTable {
    let family: String
    private(set) var methods: [Method] = []

    init(_ family: String) { self.family = family }

    /// Adds a method (or, without receivers, a function).
    mutating func add(
        _ name: String, on receivers: KindSet, _ parameters: String = "", gives: KindSet, _ help: String,
        _ example: String, _ answer: String, _ body: @escaping MethodBody
    ) {
        let spec = FunctionSpec(
            name: name, family: family, receivers: receivers, parameters: parameters, gives: gives, help: help,
            example: example, answer: answer)
        methods.append(Method(spec, body))
    }
}
