// The names made last, shared by all trees: most elements are called like another one.

import Glibc
import Synchronization

extension XMLLabel {
    /// The label made last for the same name, or a new one. A tree then takes less memory, and its writer sees at once that
    /// two elements are called alike.
    static func of(_ name: String, namespace: String?, prefix: String?) -> XMLLabel {
        // What is bytes elsewhere (a bridged or substituted text) and what is long is not worth keeping.
        guard let place = place(of: name, namespace, prefix) else {
            return XMLLabel(name: name, namespace: namespace, prefix: prefix)
        }
        // Whoever finds the cache in use makes a label: that is quicker than a wait.
        let found = recent.withLockIfAvailable { $0[place] }
        if let label = found ?? nil, label.isCalled(name, namespace, prefix) { return label }
        let label = XMLLabel(name: name, namespace: namespace, prefix: prefix)
        _ = recent.withLockIfAvailable { $0[place] = label }
        return label
    }

    private static let places = 256
    private static let recent = Mutex<[XMLLabel?]>(Array(repeating: nil, count: places))

    private static func place(of name: String, _ namespace: String?, _ prefix: String?) -> Int? {
        let (length, space) = (name.utf8.count, namespace?.utf8.count ?? 0)
        guard length > 0, length <= 64, space <= 256, (prefix?.utf8.count ?? 0) <= 64 else { return nil }
        let hash = name.utf8.withContiguousStorageIfAvailable { bytes in
            var hash = UInt32(truncatingIfNeeded: space)
            for byte in bytes { hash = hash &* 31 &+ UInt32(byte) }
            return hash
        }
        return hash.map { Int(($0 ^ $0 >> 8 ^ $0 >> 16) & UInt32(places - 1)) }
    }

    private func isCalled(_ name: String, _ namespace: String?, _ prefix: String?) -> Bool {
        self.name.isSame(name) && self.prefix.isSame(prefix) && self.namespace.isSame(namespace)
    }
}

extension String {
    /// Byte by byte: texts that are equal to Swift can be different names to XML ("é" in one scalar or two).
    fileprivate func isSame(_ other: String) -> Bool {
        let answer = utf8.withContiguousStorageIfAvailable { one in
            other.utf8.withContiguousStorageIfAvailable { two in
                guard let first = one.baseAddress, let second = two.baseAddress else { return one.count == two.count }
                return one.count == two.count && memcmp(first, second, one.count) == 0
            }
        }
        return (answer ?? nil) ?? false
    }
}

extension String? {
    /// An empty one counts as none.
    fileprivate func isSame(_ other: String?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (nil, let text?): text.isEmpty
        case (let one?, let other?): one.isSame(other)
        default: false
        }
    }
}
