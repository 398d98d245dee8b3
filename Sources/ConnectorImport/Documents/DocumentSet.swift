// A document and all those it refers to, read once; references found in them.

import JSONCore

/// A value and the document it stands in, which its references are relative to.
struct Node: Sendable {
    let json: JSON
    let document: Int

    subscript(_ key: String) -> Node? { json[key].map { Node(json: $0, document: document) } }
    var object: [(key: String, value: Node)] {
        (json.object?.entries ?? []).map { ($0.key, Node(json: $0.value, document: document)) }
    }
    var array: [Node] { (json.array ?? []).map { Node(json: $0, document: document) } }
    func text(_ key: String) -> String? { json[key]?.string }
}

/// Where a reference leads.
struct Target: Hashable, Sendable {
    let document: Int
    let pointer: JSONPointer
}

/// The documents of one import.
public struct DocumentSet: Sendable {
    static let mostDocuments = 5_000
    static let mostBytes = 256 << 20

    /// Reads a document's bytes.
    public typealias Read = @Sendable (DocumentPlace) async throws -> [UInt8]

    private(set) var documents: [JSON] = []
    /// What was read, but not as its author can have meant it; a sentence each.
    private(set) var doubts: [String] = []
    let places: [DocumentPlace]
    private let numbers: [DocumentPlace: Int]
    private let rules: DocumentPlace.Rules
    /// Why a document that is referred to is not there.
    private let missing: [DocumentPlace: String]
    /// Of each document; empty when nothing refers to one.
    private var anchors: [[String: JSONPointer]] = []

    /// Reads the document at `place`, and those that it and they refer to.
    public init(_ place: DocumentPlace, rules: DocumentPlace.Rules, read: Read) async throws {
        self.rules = rules
        var (places, numbers, missing) = ([place], [place: 0], [DocumentPlace: String]())
        var (next, bytes, usesAnchors) = (0, 0, false)
        while next < places.count {
            let place = places[next]
            let text: [UInt8]
            do {
                text = try await read(place)
                bytes += text.count
                guard bytes <= Self.mostBytes else {
                    throw ImportError("the documents are larger than \(Self.mostBytes >> 20) MiB together")
                }
                let (json, repeated) = try DocumentText.read(text, name: place.description)
                documents.append(json)
                doubts += repeated.map { found in
                    "\(Printable.text(place.description)):\(found.line): \"\(Printable.text(found.name, most: 80))\" is there twice in one object; the last is taken"
                }
            } catch {
                let reason = (error as? ImportError)?.message ?? "\(error)"
                if next == 0 || bytes > Self.mostBytes { throw ImportError(reason) }
                documents.append(.null)
                missing[place] = reason
            }
            for reference in Self.references(in: documents[next], &usesAnchors) {
                guard let found = try? place.resolved(reference, rules), numbers[found] == nil else { continue }
                guard places.count < Self.mostDocuments else {
                    throw ImportError("the document refers to more than \(Self.mostDocuments) others")
                }
                numbers[found] = places.count
                places.append(found)
            }
            next += 1
        }
        (self.places, self.numbers, self.missing) = (places, numbers, missing)
        let anchored = usesAnchors
        anchors = documents.map { anchored ? Self.anchors(in: $0) : [:] }
    }

    var root: Node { Node(json: documents[0], document: 0) }

    /// The documents that a value refers to, each once.
    /// - Parameter usesAnchors: set when one leads to a name rather than a place.
    private static func references(in json: JSON, _ usesAnchors: inout Bool) -> [String] {
        var (found, known) = ([String](), Set<String>())
        var waiting = [json]
        while let value = waiting.popLast() {
            switch value {
            case .array(let elements): waiting += elements
            case .object(let object):
                for entry in object {
                    if entry.key == "$ref", let text = entry.value.string {
                        let document = String(text.prefix { $0 != "#" })
                        let fragment = text.dropFirst(document.count)
                        if fragment.count > 1, !fragment.hasPrefix("#/") { usesAnchors = true }
                        if !document.isEmpty, known.insert(document).inserted { found.append(document) }
                    } else {
                        waiting.append(entry.value)
                    }
                }
            default: break
            }
        }
        return found
    }

    /// What a reference leads to.
    /// - Throws: a sentence that says why it leads nowhere.
    func target(_ reference: String, from document: Int) throws(ImportError) -> (Target, Node) {
        let name = String(reference.prefix { $0 != "#" })
        var number = document
        if !name.isEmpty {
            let place = try places[document].resolved(name, rules)
            if let reason = missing[place] { throw ImportError("it refers to \(Printable.text(name)): \(reason)") }
            guard let known = numbers[place] else {
                throw ImportError("it refers to \(Printable.text(name)), which was not read")
            }
            number = known
        }
        let fragment = DocumentPlace.decoded(String(reference.dropFirst(name.count).drop { $0 == "#" }))
        let text = fragment.isEmpty || fragment.hasPrefix("/") ? fragment : nil
        if let text, let pointer = JSONPointer(parsing: text), let json = documents[number][pointer: pointer] {
            return (Target(document: number, pointer: pointer), Node(json: json, document: number))
        }
        if text == nil, let pointer = anchors[number][fragment],
            let json = documents[number][pointer: pointer]
        {
            return (Target(document: number, pointer: pointer), Node(json: json, document: number))
        }
        throw ImportError("it refers to \(Printable.text(reference)), and nothing is there")
    }

    /// The places of schemas that name themselves (`$anchor`, `$dynamicAnchor`, or an `$id` that is a fragment).
    private static func anchors(in json: JSON) -> [String: JSONPointer] {
        var found: [String: JSONPointer] = [:]
        var waiting: [(JSON, JSONPointer)] = [(json, JSONPointer())]
        while let (value, pointer) = waiting.popLast() {
            switch value {
            case .object(let object):
                for key in ["$anchor", "$dynamicAnchor", "$id"] {
                    guard let text = object[key]?.string, key != "$id" || text.hasPrefix("#") else { continue }
                    found[key == "$id" ? String(text.dropFirst()) : text] = pointer
                }
                for entry in object { waiting.append((entry.value, pointer.appending(entry.key))) }
            case .array(let elements):
                for (place, element) in elements.enumerated() { waiting.append((element, pointer.appending(place))) }
            default: break
            }
        }
        return found
    }

    /// A value with its references followed, for what may be a reference in OpenAPI: parameters, bodies, answers, paths.
    func followed(_ node: Node) throws(ImportError) -> Node {
        var node = node
        var seen = Set<Target>()
        while let reference = node.text("$ref") {
            let (target, next) = try target(reference, from: node.document)
            guard seen.insert(target).inserted, seen.count < 64 else {
                throw ImportError("its reference \(Printable.text(reference)) goes in circles")
            }
            node = next
        }
        return node
    }
}
