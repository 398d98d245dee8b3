// From an OpenAPI document to the files of a connector's folder.

import JSONCore

/// One import: the files it makes, by their names in the connector's folder, and its report.
public struct OpenAPIImport: Sendable {
    public struct Options: Sendable {
        /// Of the connector; made from the document's title when nil.
        public var name: String?
        /// Only operations with one of these tags, compared without case; all when empty.
        public var tags: [String] = []
        /// The kinds of `auth` that connectors may have.
        public var authKinds: [String] = []
        /// How the document is called in the report.
        public var source = ""

        public init() {}
    }

    /// Larger files of a connector's folder are not read.
    private static let mostFileBytes = 16 << 20

    public let name: String
    public let files: [(name: String, bytes: [UInt8])]
    public let report: ImportReport

    /// - Throws: why there is no connector to be made of it.
    public init(_ documents: DocumentSet, _ options: Options) throws(ImportError) {
        let document = try OpenAPIDocument(documents)
        var report = ImportReport()
        (report.title, report.version, report.format) = (document.title, document.apiVersion, document.versionText)
        report.source = options.source
        var (operations, unreadable) = document.operations()
        if !options.tags.isEmpty {
            let wanted = Set(options.tags.map { $0.lowercased() })
            operations = operations.filter { $0.tags.contains { wanted.contains($0.lowercased()) } }
            unreadable = []
            if operations.isEmpty { throw Self.noSuchTag(options.tags, document) }
        }
        guard !operations.isEmpty || !unreadable.isEmpty else {
            throw ImportError("the document describes no operations: its \"paths\" are empty")
        }
        report.operations = operations.count + unreadable.count
        report.dropped = unreadable.map { .init(operation: $0.label, action: "", reason: $0.reason) }
        name = try Self.name(options.name, document)
        report.name = name

        let shelf = SchemaShelf(documents: documents)
        let security = Security(document, operations, kinds: options.authKinds, base: Servers(document).base)
        if let note = security.note { report.general.append(note) }
        let maker = ActionMaker(document, security, shelf)
        let names = ActionNames.names(of: operations)
        var (entries, files) = (JSONObject(), [(name: String, bytes: [UInt8])]())
        var test: TestRequest?
        for (place, operation) in operations.enumerated() {
            let action = names[place]
            do throws(ImportError) {
                guard entries[action] == nil else {
                    throw ImportError("another operation has the same name and address")
                }
                let draft = try maker.action(operation, name: action)
                let file = "actions/\(action).json"
                let text = Self.text(draft.json)
                guard text.count <= Self.mostFileBytes else {
                    throw ImportError("its description is larger than \(Self.mostFileBytes >> 20) MiB")
                }
                entries[action] = draft.entry(file: file)
                files.append((file, text))
                test = TestRequest.better(test, TestRequest(draft))
                for note in draft.notes {
                    report.notes.append(.init(operation: operation.label, action: action, reason: note))
                }
            } catch {
                report.dropped.append(.init(operation: operation.label, action: "", reason: error.message))
            }
        }
        report.actions = entries.count
        guard report.actions > 0 else {
            throw ImportError(
                "none of its \(report.operations) operations could be carried over; the first: \(report.dropped.first?.reason ?? "")"
            )
        }
        var schemaNotes: [String] = []
        let converter = SchemaConverter(shelf: shelf) { if !schemaNotes.contains($0) { schemaNotes.append($0) } }
        while let next = shelf.next() {
            files.append(("schemas/\(next.name).json", Self.text(converter.schema(next.node, next.direction))))
        }
        report.general += schemaNotes.prefix(100) + documents.doubts.prefix(100)
        let connector = Self.connector(document, name, maker.servers, security, test, entries)
        files.append(("connector.json", Self.text(connector)))
        report.sizeBytes = files.reduce(0) { $0 + $1.bytes.count }
        files.append(("import.json", Self.text(report.json)))
        files.sort { $0.name < $1.name }
        self.files = files
        self.report = report
    }

    private static func connector(
        _ document: OpenAPIDocument, _ name: String, _ servers: Servers, _ security: Security, _ test: TestRequest?,
        _ actions: JSONObject
    ) -> JSON {
        var connector: JSONObject = ["galley_connector": 1, "name": .string(name), "title": .string(document.title)]
        if !document.summary.isEmpty { connector["summary"] = .string(document.summary) }
        if !document.docs.isEmpty { connector["docs"] = .string(document.docs) }
        var settings: JSONObject = ["type": "object"]
        if !servers.required.isEmpty { settings["required"] = .array(servers.required.map { .string($0) }) }
        settings["properties"] = .object(servers.settings)
        var connection: JSONObject = [
            "settings": .object(settings), "base_url": .string(servers.base),
        ]
        connection["auth"] = security.auth
        if let test { connection["test"] = ["path": .string(test.path)] }
        connector["connection"] = .object(connection)
        connector["actions"] = .object(actions)
        return .object(connector)
    }

    private static func text(_ json: JSON) -> [UInt8] { Array(json.indented.utf8) + [0x0A] }

    private static func name(_ given: String?, _ document: OpenAPIDocument) throws(ImportError) -> String {
        if let given {
            let isName =
                given.utf8.first.map { (0x61...0x7A).contains($0) } == true && given.utf8.count <= 64
                && given.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
            guard isName else {
                throw ImportError(
                    "\"\(Printable.text(given, most: 64))\" can't be a connector's name: use small letters, digits and _, starting with a letter"
                )
            }
            return given
        }
        let words = SnakeCase.words(document.title, most: 40)
        guard let first = words.utf8.first else { return "imported_api" }
        return (0x61...0x7A).contains(first) ? words : "api_" + words
    }

    private static func noSuchTag(_ tags: [String], _ document: OpenAPIDocument) -> ImportError {
        var known: [String] = []
        for tag in document.operations().operations.flatMap(\.tags) where !known.contains(tag) { known.append(tag) }
        let list =
            known.isEmpty ? "its operations have no tags" : "there are: " + known.prefix(40).joined(separator: ", ")
        return ImportError(
            "no operation has the tag \(Printable.text(tags.joined(separator: " or "))); \(Printable.text(list, most: 600))"
        )
    }
}

/// The request that shows that a connection works: one that reads, needs no input, and is about the one who asks if there is such.
private struct TestRequest {
    let path: String
    /// Lower is better.
    private let rank: Int

    private static let telling = [
        "me", "whoami", "self", "current", "user", "account", "profile", "ping", "status", "health",
    ]

    init?(_ draft: ActionDraft) {
        guard draft.effect == "read", draft.request["method"] == "GET", draft.input["required"] == nil,
            draft.request["base_url"] == nil, draft.request["body"] == nil,
            let path = draft.request["path"]?.string, !path.contains("{"),
            draft.request["parameters"]?.array?.contains(where: { $0["default"] != nil || $0["value"] != nil }) != true
        else { return nil }
        self.path = path
        let last = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        // Without a described answer it may be there for something else, or never succeed.
        let length = path.utf8.count + (draft.outputSchema == nil && draft.output == nil ? 10_000 : 0)
        rank = Self.telling.firstIndex(of: last) ?? Self.telling.count + length
    }

    static func better(_ one: TestRequest?, _ other: TestRequest?) -> TestRequest? {
        guard let one, let other else { return one ?? other }
        return other.rank < one.rank ? other : one
    }
}
