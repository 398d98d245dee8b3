// galley connectors import: a connector's folder from the description that a system publishes of itself.

import CGlibc
import ArgumentParser
import BuiltInConnectors
import ConnectorImport
import ConnectorKit
import Foundation
import Glibc
import JSONCore
import OutboundHTTP
import Workspace

struct ConnectorsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a connector from a system's own description.",
        subcommands: [ConnectorsImportOpenAPI.self, ConnectorsImportWSDL.self])
}

struct ConnectorsImportOpenAPI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "From an OpenAPI document (2.0, 3.0 or 3.1; JSON or YAML): one action for each operation.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The document: a file, or an address (http or https).")
    var document: String
    @Option(help: "The connector's name (default: from the document's title).")
    var name: String?
    @Option(help: "Only operations with these tags, separated by commas.")
    var only: String?
    @Option(help: "Files that the document refers to may be below this folder (default: the document's own).")
    var folder: String?
    @Flag(help: "Read documents on other servers that the document refers to.")
    var remoteRefs = false
    @Flag(help: "Replace the connector that was imported before; its fixtures and README stay.")
    var replace = false
    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let imported: OpenAPIImport
            do {
                let documents = try await session.withServices { services in try await read(services.http) }
                var options = OpenAPIImport.Options()
                (options.name, options.authKinds, options.source) = (name, ConnectionAuth.types, document)
                options.tags =
                    only.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } } ?? []
                imported = try OpenAPIImport(documents, options)
            } catch let error as ImportError {
                Terminal.error(printable(error.message))
                throw Exit.invalid
            }
            try write(imported, session)
            try check(imported, session)
            if json {
                Terminal.print(imported.report.json.indented)
            } else {
                ImportReportPrinter(report: imported.report).print()
            }
        }
    }

    /// The document and all that it refers to.
    private func read(_ http: any HTTPClient) async throws -> DocumentSet {
        let lower = document.lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else {
            let files = try LocalDocuments(document, below: folder)
            let rules = DocumentPlace.Rules(folder: files.folder, allowsRemote: remoteRefs)
            return try await DocumentSet(.file(files.document), rules: rules) { place in
                switch place {
                case .file(let path): try files.read(path)
                case .url(let url): try await Self.download(url, http)
                }
            }
        }
        let place = DocumentPlace.url(document)
        let rules = DocumentPlace.Rules(folder: place.folder, allowsRemote: remoteRefs)
        return try await DocumentSet(place, rules: rules) { place in
            guard case .url(let url) = place else { throw ImportError("an address can't refer to files") }
            return try await Self.download(url, http)
        }
    }

    private static func download(_ url: String, _ http: any HTTPClient) async throws -> [UInt8] {
        let accept = "application/json, application/yaml, */*"
        let request = HTTPRequest("GET", url, headers: [("Accept", accept)], isRepeatable: true)
        do {
            let answer = try await http.send(request)
            guard answer.status == 200 else {
                throw ImportError("\(printable(url)) can't be read: the server answered \(answer.status)")
            }
            return answer.body
        } catch let error as ConnectorError {
            let hint =
                error.type == "too_large" ? "; download it and import the file" : ""
            throw ImportError("\(printable(url)) can't be read: \(error.message)\(hint)")
        }
    }

    /// Puts the files into Connectors/NAME; what a person made beside them stays.
    private func write(_ imported: OpenAPIImport, _ session: Session) throws {
        let folder = session.workspace.root + "/Connectors/" + imported.name
        if FileManager.default.fileExists(atPath: folder), !replace {
            throw WorkspaceError(
                .refused,
                "there is a connector \"\(imported.name)\" already; --replace imports over it, --name gives another name"
            )
        }
        if session.library.folder(of: imported.name) == nil, session.library[imported.name] != nil {
            throw WorkspaceError(.refused, "\"\(imported.name)\" is a built-in connector; --name gives another name")
        }
        try ConnectorFolderWriter(folder: folder).write(imported.files)
    }

    /// What is made has to pass the check that connectors pass; a mistake here is one of the importer's.
    private func check(_ imported: OpenAPIImport, _ session: Session) throws {
        let folder = session.workspace.root + "/Connectors/" + imported.name
        let diagnostics = DeclarativeConnector.check(folder: folder, name: imported.name).diagnostics
        guard diagnostics.contains(where: { $0.severity == .error }) else { return }
        DiagnosticPrinter.print(Array(diagnostics.prefix(20)))
        Terminal.error("what was imported does not pass galley connectors check \(imported.name)")
        throw Exit.invalid
    }
}

/// Writes the files of an imported connector in place of those of an earlier import.
struct ConnectorFolderWriter {
    let folder: String

    func write(_ files: [(name: String, bytes: [UInt8])]) throws {
        let manager = FileManager.default
        // The old files go last of all, when the new ones are whole.
        let parts = folder.split(separator: "/")
        let draft = "/" + parts.dropLast().joined(separator: "/") + "/." + (parts.last ?? "") + ".importing"
        try? manager.removeItem(atPath: draft)
        for part in ["actions", "schemas"] {
            try manager.createDirectory(atPath: "\(draft)/\(part)", withIntermediateDirectories: true)
        }
        for file in files { try Self.write(file.bytes, to: "\(draft)/\(file.name)") }
        // Thousands of small files: all of them are on the disk before the first old one goes, and none waits for its own turn.
        let descriptor = open(draft, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, syncfs(descriptor) == 0 else { throw Self.failure("write", draft) }
        close(descriptor)
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for part in ["actions", "schemas", "import.json", "connector.json"] {
            let target = "\(folder)/\(part)"
            if manager.fileExists(atPath: target) { try manager.removeItem(atPath: target) }
            try manager.moveItem(atPath: "\(draft)/\(part)", toPath: target)
        }
        try manager.removeItem(atPath: draft)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ what: String, _ path: String) -> WorkspaceError {
        WorkspaceError(.disk, "can't \(what) \(path): \(String(cString: strerror(errno)))")
    }
}
