// The names of one document, each made into a Swift string once.

/// libxml2 hands out the same pointer for the same name throughout a parse, so pointers stand for names here.
struct LabelTable {
    private typealias Pointer = UnsafePointer<UInt8>

    private struct Key: Hashable {
        let name: Pointer?
        let prefix: Pointer?
        let uri: Pointer?
    }

    private struct Slot {
        var key: Key
        var label: XMLLabel
    }

    private let limit: Int
    /// The most recent label of each hash: most names hit here.
    private var recent: [Slot?]
    private var labels: [Key: XMLLabel] = [:]
    private var strings: [Pointer: String] = [:]

    init(limit: Int) {
        self.limit = limit
        recent = Array(repeating: nil, count: 128)
    }

    /// nil beyond the limit of different names.
    mutating func label(
        _ name: UnsafePointer<UInt8>?, _ prefix: UnsafePointer<UInt8>?, _ uri: UnsafePointer<UInt8>?
    ) -> XMLLabel? {
        let key = Key(name: name, prefix: prefix, uri: uri)
        let mixed = UInt(bitPattern: name) ^ (UInt(bitPattern: uri) &* 31) ^ (UInt(bitPattern: prefix) &* 17)
        let place = Int((mixed ^ mixed >> 7) & 127)
        if let slot = recent[place], slot.key == key { return slot.label }
        if let label = labels[key] {
            recent[place] = Slot(key: key, label: label)
            return label
        }
        guard labels.count < limit, let name = string(name) else { return nil }
        let label = XMLLabel(name: name, namespace: string(uri), prefix: string(prefix))
        labels[key] = label
        recent[place] = Slot(key: key, label: label)
        return label
    }

    /// nil for no string.
    mutating func string(_ pointer: UnsafePointer<UInt8>?) -> String? {
        guard let pointer else { return nil }
        if let string = strings[pointer] { return string }
        let string = String(cString: pointer)
        strings[pointer] = string
        return string
    }
}
