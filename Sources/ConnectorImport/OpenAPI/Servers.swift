// Addresses of servers as base URLs of the connector, with settings for what a connection may choose.

import JSONCore

/// The servers that operations use; each a base URL over settings with defaults.
struct Servers {
    /// The settings' schemas by name.
    private(set) var settings = JSONObject()
    private(set) var required: [String] = []
    private var known: [String: String] = [:]
    private let document: OpenAPIDocument
    /// The connection's.
    private(set) var base = ""

    init(_ document: OpenAPIDocument) {
        self.document = document
        base = baseURL(of: Self.written(document.root, document), named: "server")
    }

    /// The base URL of an operation with servers of its own; nil when it has those of the document.
    mutating func own(_ operation: OpenAPIDocument.Operation) -> String? {
        for node in [operation.node, operation.item] {
            let servers = node["servers"]?.array ?? []
            guard !servers.isEmpty else { continue }
            let url = baseURL(of: servers, named: nil)
            return url == base ? nil : url
        }
        return nil
    }

    /// Swagger 2.0's schemes, host and basePath as servers.
    private static func written(_ root: Node, _ document: OpenAPIDocument) -> [Node] {
        guard document.version == .two else { return root["servers"]?.array ?? [] }
        let schemes = root.json["schemes"]?.array?.compactMap(\.string) ?? []
        let scheme = schemes.contains("https") || schemes.isEmpty ? "https" : schemes[0]
        let path = root.text("basePath").map { $0 == "/" ? "" : $0 } ?? ""
        let url = root.text("host").map { "\(scheme)://\($0)\(path)" } ?? path
        return [Node(json: ["url": .string(url)], document: 0)]
    }

    /// The base URL of the first of several servers that can be used.
    private mutating func baseURL(of servers: [Node], named name: String?) -> String {
        let urls = servers.filter { $0.text("url") != nil }
        let secure = urls.first { $0.text("url")?.hasPrefix("http://") == false }
        let chosen = secure ?? urls.first
        var url = chosen?.text("url") ?? ""
        while url.hasSuffix("/") { url.removeLast() }
        let others = urls.compactMap { $0.text("url") }.filter { $0 != chosen?.text("url") }
        let key = url + "|" + (name ?? "")
        if let known = known[key] ?? (name == nil ? known[url + "|server"] : nil) { return known }
        let made = make(absolute(url), chosen, others, name)
        known[key] = made
        return made
    }

    /// An address below the document's own.
    private func absolute(_ url: String) -> String {
        if url.contains("://") || url.hasPrefix("{") { return url }
        if url.hasPrefix("//") { return "https:" + url }
        guard case .url(let source) = document.documents.places[0] else { return url }
        let parts = source.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        let origin = parts.joined(separator: "/")
        if url.hasPrefix("/") || url.isEmpty { return origin + url }
        return DocumentPlace.normal(document.documents.places[0].folder + "/" + url)
    }

    private mutating func make(_ url: String, _ server: Node?, _ others: [String], _ name: String?) -> String {
        let setting = unused(name ?? "server_" + Self.hostName(url))
        let rest =
            others.isEmpty ? "" : "; also: " + Printable.text(others.prefix(4).joined(separator: ", "), most: 300)
        let pieces = Self.pieces(url)
        let isSafe = pieces.allSatisfy { piece in piece.isVariable || piece.text.utf8.allSatisfy(Self.isURL) }
        guard isSafe, url.contains("://") || url.hasPrefix("{") else {
            // The document does not say where it is: the connection has to.
            let path = isSafe && pieces.allSatisfy { !$0.isVariable } && url.hasPrefix("/") ? url : ""
            settings[setting] = [
                "type": "string", "title": "Server",
                "description": .string(
                    "the address of the system, like https://api.example.com"
                        + (path.isEmpty ? "" : ", without \(path)") + rest),
            ]
            required.append(setting)
            return "{{ settings.\(setting) }}\(path)"
        }
        guard pieces.contains(where: \.isVariable) else {
            settings[setting] = [
                "type": "string", "title": "Server", "default": .string(url),
                "description": .string("the address of the system" + rest),
            ]
            return "{{ settings.\(setting) }}"
        }
        var parts: [String] = []
        for piece in pieces {
            guard piece.isVariable else {
                if !piece.text.isEmpty { parts.append("'\(piece.text)'") }
                continue
            }
            parts.append("settings.\(variable(piece.text, server?["variables"]?[piece.text]))")
        }
        settings[setting] = [
            "type": "string", "title": "Server", "default": "",
            "description": .string("another address in place of \(Printable.text(url, most: 300))" + rest),
        ]
        return "{{ settings.\(setting).presence || \(parts.joined(separator: " + ")) }}"
    }

    /// The setting of a server's variable.
    private mutating func variable(_ name: String, _ node: Node?) -> String {
        let word = SnakeCase.words(name, most: 40)
        let key = word.isEmpty || word == "server" ? "server_" + (word.isEmpty ? "part" : word) : word
        let setting = key.first.map { $0.isLetter } == true ? key : "s_" + key
        guard settings[setting] == nil else { return setting }
        var schema: JSONObject = ["type": "string", "title": .string(Printable.text(name, most: 60))]
        if let text = node?.text("description") { schema["description"] = .string(Printable.prose(text, most: 300)) }
        let choices = node?.json["enum"]?.array?.compactMap(\.scalarWords).map { JSON.string($0) } ?? []
        if !choices.isEmpty { schema["enum"] = .array(choices) }
        if let value = node?.json["default"]?.scalarWords, choices.isEmpty || choices.contains(.string(value)) {
            schema["default"] = .string(value)
        } else if let first = choices.first {
            schema["default"] = first
        } else {
            required.append(setting)
        }
        settings[setting] = .object(schema)
        return setting
    }

    private func unused(_ name: String) -> String {
        var (candidate, number) = (name, 2)
        while settings[candidate] != nil {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }

    private static func hostName(_ url: String) -> String {
        let host = url.split(separator: "/").dropFirst().first ?? ""
        let word = SnakeCase.words(String(host.prefix { $0 != "." && $0 != ":" }), most: 30)
        return word.isEmpty ? "other" : word
    }

    private static func isURL(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "-._~:/[]".utf8.contains(byte)
    }

    /// `https://{region}.example.com` in its parts.
    private static func pieces(_ url: String) -> [(isVariable: Bool, text: String)] {
        var pieces: [(isVariable: Bool, text: String)] = []
        var rest = url[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            pieces.append((false, String(rest[..<open])))
            pieces.append((true, String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        pieces.append((false, String(rest)))
        return pieces
    }
}

extension JSON {
    /// A text, number or truth value as text.
    var scalarWords: String? {
        switch self {
        case .string(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}
