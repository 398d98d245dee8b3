// Addresses of steps as people know them: without the rounds of a `try`.

/// `lines[3]/order~2/charge`, in parts.
enum StepAddress {
    /// Without the parts that only say which round of a `try` it was: `lines[3]/try-1~4/charge` is `lines[3]/charge`, the
    /// address it had in the first round.
    static func withoutRounds(_ address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: "~")) else { return address }
        return address.split(separator: "/", omittingEmptySubsequences: false).filter { part in
            let digits = part.split(separator: "~", maxSplits: 1).dropFirst().first
            return !(digits.map { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } } ?? false)
        }.joined(separator: "/")
    }

    /// The step's own name.
    static func name(of address: String) -> String {
        let last = address.split(separator: "/").last ?? ""
        return String(last.prefix { $0 != "[" && $0 != "~" })
    }
}
