// Why a method can't be used on a value, in words: the same before a run and in it.

/// The sentence and the hint for a method on a value that does not have it.
struct MethodRefusal {
    let code: String
    let message: String
    let hint: String?

    /// - Parameters:
    ///   - subject: the value as it is written.
    ///   - kinds: what the value can be; one kind in a run.
    ///   - words: these kinds in words: "a text".
    init(_ name: String, on subject: Written, kinds: KindSet, words: String) {
        let what = subject.isEmpty ? "this value" : "\(subject)"
        let some = kinds.subtracting([.null, .marker])
        if some.isEmpty, kinds.contains(.null) {
            code = "nil_value"
            message = "\(what) is nil (empty), so .\(name) can't be used on it"
            let written = subject.isEmpty ? "…" : what
            hint = "write \(written)&.\(name), or give it a value first: (\(what) || '').\(name)"
        } else if some.isEmpty {
            code = "wrong_type"
            message = "skip and clear stand for a whole field; nothing can follow them"
            hint = "write them as a value of their own: x.present? ? x : skip"
        } else if let group = FunctionLibrary.shared.group(name) {
            code = "wrong_type"
            message = "\(name) works on \(group.receivers.words), but \(what) is \(words)"
            hint =
                Self.conversion(from: some, to: group.receivers, name, subject)
                ?? Self.nearest(to: name, on: some).map { "did you mean \"\($0)\"?" }
        } else {
            code = "unknown_function"
            message = "\(what) is \(words), which has no \(name)"
            hint =
                (FamiliarNames.method(for: name) ?? Self.nearest(to: name, on: some)
                ?? FunctionLibrary.shared.suggestion(forMethod: name)).map {
                    "did you mean \"\($0)\"?"
                }
        }
    }

    /// What makes a value of the wanted kind of it.
    private static func conversion(
        from kinds: KindSet, to wanted: KindSet, _ name: String, _ subject: Written
    ) -> String? {
        let what = subject.isOperation ? "(\(subject))" : "\(subject)"
        guard !subject.isEmpty else { return nil }
        if kinds.isSubset(of: .text) {
            if !wanted.isDisjoint(with: .number) { return "convert it first: \(what).to_f.\(name)" }
            if wanted.contains(.date) { return "convert it first: \(what).to_date.\(name)" }
            if wanted.contains(.time) { return "convert it first: \(what).to_time.\(name)" }
            if wanted.contains(.list) { return "make a list of it first: \(what).split(',').\(name)" }
        }
        if kinds.isSubset(of: .number) {
            if wanted.contains(.duration) { return "say of what unit: \(what).days.\(name)" }
            if wanted.contains(.string) { return "convert it first: \(what).to_s.\(name)" }
            if wanted.contains(.list) { return "put it into a list first: [\(subject)].\(name)" }
        }
        if kinds.isSubset(of: .moment) {
            if wanted.contains(.string) { return "convert it first: \(what).to_s.\(name)" }
            if wanted.contains(.time) { return "convert it first: \(what).to_time.\(name)" }
        }
        if kinds.isSubset(of: .list), wanted.isDisjoint(with: .list) {
            return "for each element: \(what).map { |item| item.\(name) }; for the first: \(what).first.\(name)"
        }
        if kinds.isSubset(of: .object), wanted.contains(.list), wanted.isDisjoint(with: .object) {
            return "take its values (\(what).values.\(name)), or put it into a list: [\(subject)].\(name)"
        }
        return nil
    }

    /// The nearest method that a value of these kinds has.
    private static func nearest(to name: String, on kinds: KindSet) -> String? {
        let known = FunctionLibrary.shared.catalog.lazy.filter { !$0.receivers.isDisjoint(with: kinds) }.map(\.name)
        return FunctionLibrary.nearest(name, Array(Set(known)))
    }
}
