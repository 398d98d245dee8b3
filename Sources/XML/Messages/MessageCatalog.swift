// The types of one service: all in one text, one line each, read when they are needed.

import Glibc
import JSONCore
import Synchronization

/// Types by number, by name, and the elements that faults and open places hold.
///
/// The text's first line lists the namespaces, the second one names types and elements, every further line is a type. A
/// document with tens of thousands of types costs a search for line ends; a type is read when a message needs it.
public final class MessageCatalog: Sendable {
    private struct Names {
        var types: [QName: Int] = [:]
        var elements: [QName: ElementUse] = [:]
    }

    private let bytes: [UInt8]
    /// Where each line of a type starts, and where the last one ends.
    private let starts: [Int]
    public let namespaces: NamespaceTable
    private let names: Mutex<Names?>
    private let read = Mutex<[Int: MessageType]>([:])

    /// - Throws: `DescriptionError` when the text is no such catalog.
    public init(_ bytes: [UInt8]) throws(DescriptionError) {
        self.bytes = bytes
        var starts = [0]
        for place in Self.lineEnds(bytes) { starts.append(place + 1) }
        if starts.last != bytes.count { starts.append(bytes.count) }
        guard starts.count >= 3 else { throw DescriptionError("the list of types is empty or cut short") }
        self.starts = starts
        names = Mutex(nil)
        let first = try Self.json(bytes[starts[0]..<starts[1]])
        guard first["galley_messages"] == 1, let uris = first["namespaces"]?.array?.compactMap(\.string) else {
            throw DescriptionError("the list of types was made by another version of galley: import the WSDL again")
        }
        namespaces = NamespaceTable(uris)
    }

    private static func lineEnds(_ bytes: [UInt8]) -> [Int] {
        var ends: [Int] = []
        bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            var place = 0
            while place < buffer.count, let end = memchr(start + place, 0x0A, buffer.count - place) {
                place = UnsafeRawPointer(end) - start
                ends.append(place)
                place += 1
            }
        }
        return ends
    }

    /// How many types there are.
    public var count: Int { starts.count - 3 }

    /// - Throws: `DescriptionError` for a number that isn't there, or a line that was broken.
    public func type(_ number: Int) throws(DescriptionError) -> MessageType {
        if let known = read.withLock({ $0[number] }) { return known }
        guard number >= 0, number < count else { throw DescriptionError("there is no type number \(number)") }
        let json = try Self.json(bytes[starts[number + 2]..<starts[number + 3]])
        let type = try MessageType(json, namespaces)
        return read.withLock { types in
            if let known = types[number] { return known }
            types[number] = type
            return type
        }
    }

    /// The type that a reference means; nil for a built-in one.
    public func declared(_ reference: TypeReference) throws(DescriptionError) -> MessageType? {
        guard case .declared(let number) = reference else { return nil }
        return try type(number)
    }

    /// The number of a type by its name.
    public func typeNumber(_ name: QName) throws(DescriptionError) -> Int? { try named().types[name] }

    /// The names of all types that have one, in no order.
    var typeNames: [QName] {
        get throws(DescriptionError) { Array(try named().types.keys) }
    }

    /// An element that is declared by itself, as details of faults and open places name them.
    public func element(_ name: QName) throws(DescriptionError) -> ElementUse? { try named().elements[name] }

    /// All numbers of types that may stand for `number`, those derived from derived ones included, without abstract ones.
    public func substitutes(of number: Int) throws(DescriptionError) -> [Int] {
        var (found, seen, next) = ([Int](), Set([number]), [number])
        while let current = next.popLast() {
            let type = try type(current)
            if !type.isAbstract { found.append(current) }
            for derived in type.derived.reversed() where seen.insert(derived).inserted { next.append(derived) }
        }
        return found
    }

    private func named() throws(DescriptionError) -> Names {
        if let known = names.withLock({ $0 }) { return known }
        let json = try Self.json(bytes[starts[1]..<starts[2]])
        var made = Names()
        for entry in json["types"]?.array ?? [] {
            guard let name = entry["n"]?.string, let number = entry["t"]?.integer else { continue }
            made.types[try namespaces.name(entry, name)] = number
        }
        for entry in json["elements"]?.array ?? [] {
            let use = try ElementUse(entry, namespaces)
            made.elements[use.name] = use
        }
        let ready = made
        names.withLock { $0 = ready }
        return ready
    }

    private static func json(_ bytes: ArraySlice<UInt8>) throws(DescriptionError) -> JSON {
        do throws(JSONError) {
            return try JSON(parsing: bytes)
        } catch {
            throw DescriptionError("the list of types is broken (\(error.message)): import the WSDL again")
        }
    }
}

extension MessageCatalog {
    /// The text of a catalog.
    static func text(types: [MessageType], elements: [ElementUse]) -> [UInt8] {
        var namespaces = NamespaceTable()
        var lines: [[UInt8]] = []
        for type in types { lines.append(type.json(&namespaces).compactBytes) }
        var names: [JSON] = []
        for (number, type) in types.enumerated() {
            guard let name = type.name else { continue }
            var entry: JSONObject = ["n": .string(name.name)]
            if let uri = name.namespace { entry["s"] = .integer(namespaces.number(of: uri)) }
            entry["t"] = .integer(number)
            names.append(.object(entry))
        }
        let uses = elements.map { $0.json(&namespaces) }
        let second: JSON = ["types": .array(names), "elements": .array(uses)]
        let first: JSON = ["galley_messages": 1, "namespaces": .array(namespaces.uris.map { .string($0) })]
        var bytes: [UInt8] = []
        for line in [first.compactBytes, second.compactBytes] + lines {
            bytes += line
            bytes.append(0x0A)
        }
        return bytes
    }
}
