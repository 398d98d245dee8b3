// The order of RFC 8785 §3.2.3: names by their UTF-16 code units.

extension String {
    /// Whether its UTF-16 code units come before those of `other`.
    func precedesInUTF16(_ other: String) -> Bool {
        let found = utf8.withContiguousStorageIfAvailable { one in
            other.utf8.withContiguousStorageIfAvailable { other in
                for index in 0..<Swift.min(one.count, other.count) where one[index] != other[index] {
                    // UTF-8 has the same order except that what UTF-16 writes as surrogates (first byte 0xF0 and up) comes
                    // before U+E000 to U+FFFF (first bytes 0xEE and 0xEF) there.
                    let (mine, theirs) = (one[index], other[index])
                    let isSurrogates = (mine >= 0xF0, theirs >= 0xF0)
                    if mine < 0xEE || theirs < 0xEE || isSurrogates.0 == isSurrogates.1 { return mine < theirs }
                    return isSurrogates.0
                }
                return one.count < other.count
            }
        }
        return (found ?? nil) ?? utf16.lexicographicallyPrecedes(other.utf16)
    }
}
