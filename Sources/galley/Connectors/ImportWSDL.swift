// galley connectors import wsdl: a connector from a WSDL 1.1 document, with one action for each operation.

import ArgumentParser
import BuiltInConnectors
import ConnectorKit
import Foundation
import JSONCore
import RecipeLanguage
import Workspace
import XML

struct ConnectorsImportWSDL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wsdl", abstract: "From a WSDL 1.1 document: one action for each operation of a SOAP port.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The document: a file, or an address (http or https).")
    var document: String
    @Option(help: "The connector's name (default: from the service's name).")
    var name: String?
    @Option(help: "One of several services.")
    var service: String?
    @Option(help: "One of several ports; its SOAP version counts. The first SOAP port when left out.")
    var port: String?
    @Option(help: "Documents that it imports may be below this folder (default: the document's own).")
    var folder: String?
    @Flag(help: "Read documents on other servers that the document imports.")
    var remoteRefs = false
    @Flag(help: "Replace the connector that was imported before; names, titles and effects that you gave stay.")
    var replace = false
    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let (imported, documents) = try await session.withServices { services in
                try await read(services.http, session)
            }
            try write(imported, documents, session)
            let found = session.freshDiagnostics(of: imported.name)
            guard !found.contains(where: { $0.severity == .error }) else {
                DiagnosticPrinter.print(found)
                Terminal.error("what was imported does not pass galley connectors check \(imported.name)")
                throw Exit.invalid
            }
            if json { Terminal.print(imported.report.indented) } else { WSDLReportPrinter(imported).print() }
        }
    }

    private func read(_ http: any HTTPClient, _ session: Session) async throws -> (WSDLImport, [DescriptionFile]) {
        let files = DescriptionFiles(
            http, permissions: session.workspace.settings.network, folder: folder, allowsRemote: remoteRefs)
        let (document, service, port, name) = (document, service, port, name)
        do {
            return try await BlockingWork.run { _ in
                let root = try files.open(document)
                let loader = DescriptionLoader { (location, base) throws(DescriptionLoader.Refusal) in
                    try files.find(location, from: base)
                }
                let description = try ServiceDescription.read(root, loader, service: service, port: port)
                let draft = WSDLImport(description, name: name, source: "wsdl/\(root.name)")
                let earlier = Self.earlier(draft.name, session)
                let source = "wsdl/\(files.path(of: root.name))"
                return (
                    WSDLImport(description, name: draft.name, source: source, earlier: earlier), files.read
                )
            }
        } catch let finding as DescriptionFinding {
            Terminal.error(printable(finding.description))
            throw Exit.invalid
        } catch let refusal as DescriptionLoader.Refusal {
            Terminal.error(printable(refusal.reason))
            throw Exit.notFound
        }
    }

    /// The connector.json that an import before this one left.
    private static func earlier(_ name: String, _ session: Session) -> JSON? {
        guard session.library.described(name) != nil, let source = try? session.library.source(of: name) else {
            return nil
        }
        return try? JSON(parsing: source)
    }

    /// Puts the files into Connectors/NAME; what a person made beside them stays.
    private func write(_ imported: WSDLImport, _ documents: [DescriptionFile], _ session: Session) throws {
        guard imported.name.utf8.allSatisfy({ $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }),
            (0x61...0x7A).contains(imported.name.utf8.first ?? 0)
        else {
            throw ValidationError("--name must start with a small letter and hold small letters, digits and _ only")
        }
        let folder = session.workspace.root + "/Connectors/" + imported.name
        let manager = FileManager.default
        if manager.fileExists(atPath: folder), !replace {
            throw WorkspaceError(
                .refused,
                "there is a connector \"\(imported.name)\" already; --replace imports over it, --name gives another name"
            )
        }
        if session.library.folder(of: imported.name) == nil, session.library[imported.name] != nil {
            throw WorkspaceError(.refused, "\"\(imported.name)\" is a built-in connector; --name gives another name")
        }
        do {
            // The old files go last of all, when the new ones are whole.
            let draft = folder + ".importing"
            try? manager.removeItem(atPath: draft)
            let all = imported.files + documents.map { ("wsdl/\($0.path)", $0.bytes) }
            for file in all {
                let path = URL(fileURLWithPath: "\(draft)/\(file.name)")
                try manager.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: path)
            }
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for part in ["soap", "wsdl", "connector.json"] {
                let target = "\(folder)/\(part)"
                if manager.fileExists(atPath: target) { try manager.removeItem(atPath: target) }
                try manager.moveItem(atPath: "\(draft)/\(part)", toPath: target)
            }
            try manager.removeItem(atPath: draft)
        } catch let error as CocoaError {
            throw WorkspaceError(.disk, "the connector's folder can't be written: \(error.sentence)")
        }
    }
}

extension Session {
    /// What is wrong with a connector's folder as it is now.
    fileprivate func freshDiagnostics(of name: String) -> [Diagnostic] {
        ConnectorLibrary(folders: [name: workspace.root + "/Connectors/" + name], builtIn: []).diagnostics(of: name)
    }
}

/// The report of an import for people: what was made, what was left out and why, what comes next.
struct WSDLReportPrinter {
    /// Findings that are printed; all of them with --json.
    private static let most = 20
    private let imported: WSDLImport

    init(_ imported: WSDLImport) { self.imported = imported }

    func print() {
        let service = imported.description.operations
        let owner = [service.service, service.port].compactMap { $0 }.joined(separator: "/")
        Terminal.print(
            "\(printable(owner)) (SOAP \(service.version)): \(imported.actions.count) "
                + "\(imported.actions.count == 1 ? "operation is an action" : "operations are actions") of "
                + Terminal.outputStyle(imported.name, .cyan) + ", \(imported.description.typeCount) types")
        if service.address == nil {
            Terminal.print("  The WSDL names no address: a connection has to give it in \"url\".")
        }
        let others = imported.description.otherPorts
        if !others.isEmpty {
            let names = others.prefix(6).map { "\($0.name) (\($0.protocolName))" }.joined(separator: ", ")
            Terminal.print("  Other ports: \(printable(names))\(others.count > 6 ? ", …" : ""); choose one with --port")
        }
        if !imported.guessedReads.isEmpty {
            let names = imported.guessedReads.prefix(6).joined(separator: ", ")
            Terminal.print(
                "  \(imported.guessedReads.count) are taken for reading by their names (\(names)"
                    + "\(imported.guessedReads.count > 6 ? ", …" : "")): a failed call is repeated. "
                    + "Where that is wrong, change \"effect\" in connector.json.")
        }
        let findings = imported.description.findings
        if !findings.isEmpty {
            Terminal.print("Not carried over, or only in part:")
            for finding in findings.prefix(Self.most) { Terminal.print("  \(printable(finding.description))") }
            if findings.count > Self.most {
                Terminal.print("  and \(findings.count - Self.most) more; --json shows all")
            }
        }
        Terminal.note("next: galley connectors show \(imported.name), then galley connections add")
    }
}
