// Pointers into JSON values (RFC 6901).

/// An RFC 6901 pointer: `/steps/0/input`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The unescaped names and indices, outermost first.
    public var tokens: [String]

    public init(_ tokens: [String] = []) { self.tokens = tokens }

    /// nil when it is neither empty nor starts with `/`, or has a `~` not followed by 0 or 1.
    public init?(parsing text: String) {
        var tokens: [[UInt8]] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            if byte == UInt8(ascii: "/") {
                tokens.append([])
            } else if tokens.isEmpty {
                return nil
            } else if byte == UInt8(ascii: "~") {
                switch bytes.next() {
                case UInt8(ascii: "0"): tokens[tokens.count - 1].append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): tokens[tokens.count - 1].append(UInt8(ascii: "/"))
                default: return nil
                }
            } else {
                tokens[tokens.count - 1].append(byte)
            }
        }
        self.tokens = tokens.map { String(decoding: $0, as: UTF8.self) }
    }

    public var description: String {
        var bytes: [UInt8] = []
        for token in tokens {
            bytes.append(UInt8(ascii: "/"))
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "0")]
                case UInt8(ascii: "/"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "1")]
                default: bytes.append(byte)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The pointer to a member or element of what this one points to.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The pointer to an element of the list this one points to.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    /// The array index a token means: digits without a leading zero.
    static func index(_ token: String) -> Int? {
        let digits = token.utf8
        guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0"),
            digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
        else { return nil }
        return Int(token)
    }
}

extension JSON {
    /// The value at an RFC 6901 pointer; nil when there is none.
    public subscript(pointer pointer: JSONPointer) -> JSON? {
        var value = self
        for token in pointer.tokens {
            let next: JSON? =
                switch value {
                case .object(let object): object[token]
                case .array(let elements):
                    if let index = JSONPointer.index(token), index < elements.count { elements[index] } else { nil }
                default: nil
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}
