// galley connectors new: a small connector that passes its check and its tests, to be made one's own.

import ArgumentParser
import BuiltInConnectors
import Foundation
import RecipeLanguage
import Workspace

struct ConnectorsNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Start a connector: writes Connectors/NAME with actions, a trigger, fixtures and a README that work.",
        discussion:
            "galley connectors new acme_crm --title \"Acme CRM\" --base-url https://api.acme.example/v3 --auth bearer")

    /// How the new connector signs in; other ways are in docs/connectors.md.
    enum SignIn: String, CaseIterable, ExpressibleByArgument {
        case none, basic, bearer
        case apiKey = "api_key"
    }

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name: small letters, digits and _.")
    var name: String
    @Option(help: "Its name for people.")
    var title: String?
    @Option(help: "Where the system's interface is, with https://.")
    var baseURL: String?
    @Option(help: "How it signs in: none, basic, bearer or api_key.")
    var auth = SignIn.bearer

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            try check(session)
            let address = baseURL ?? "https://api.\(name.replacing("_", with: "-")).example/v1"
            let draft = ConnectorDraft(
                name: name, title: title ?? Self.words(name), baseURL: Self.trimmed(address), signIn: auth)
            let folder = session.workspace.root + "/Connectors/" + name
            try write(draft, to: folder)
            let found = DeclarativeConnector.check(folder: folder, name: name)
            guard !found.diagnostics.contains(where: { $0.severity == .error }) else {
                try? FileManager.default.removeItem(atPath: folder)
                DiagnosticPrinter.print(found.diagnostics)
                throw Exit.invalid
            }
            for file in draft.files { Terminal.note("wrote Connectors/\(name)/\(file.name)") }
            Terminal.note("next: galley connectors test \(name)")
        }
    }

    private func check(_ session: Session) throws {
        let isName =
            name.utf8.count <= 64 && (0x61...0x7A).contains(name.utf8.first ?? 0)
            && name.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        guard isName else {
            let near = Self.name(near: name).map { "; galley connectors new \($0) would do" } ?? ""
            throw WorkspaceError(
                .refused,
                "a connector's name starts with a small letter and holds small letters, digits and _ only, at most 64: not \"\(printable(String(name.prefix(64))))\"\(near)"
            )
        }
        guard !session.library.names.contains(name),
            !FileManager.default.fileExists(atPath: session.workspace.root + "/Connectors/" + name)
        else {
            throw WorkspaceError(.refused, "\(taken(session)); choose another name for a new one")
        }
        if let baseURL {
            let lower = baseURL.lowercased()
            guard lower.hasPrefix("https://") || lower.hasPrefix("http://"),
                baseURL.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }),
                !baseURL.contains("?"), !baseURL.contains("#"), !baseURL.contains("@"), !baseURL.contains("{{")
            else {
                throw WorkspaceError(
                    .refused, "--base-url must be an address like https://api.acme.example/v3, without ? and #")
            }
        }
    }

    /// Who has the name, and what one may have wanted.
    private func taken(_ session: Session) -> String {
        let own = session.workspace.root + "/Connectors/" + name
        if FileManager.default.fileExists(atPath: own) {
            return "\"\(name)\" is there already, in Connectors/\(name): see `galley connectors check \(name)`"
        }
        guard let folder = session.library.folder(of: name) else {
            return "\"\(name)\" is a built-in connector: see `galley connectors show \(name)`"
        }
        return
            "\"\(name)\" comes with galley: see `galley connectors show \(name)`; to change it, copy \(folder) to Connectors/\(name), which goes first"
    }

    /// `Acme CRM` as `acme_crm`.
    private static func name(near text: String) -> String? {
        let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let name = words.joined(separator: "_").prefix(64)
        return name.first?.isLetter == true ? String(name) : nil
    }

    private func write(_ draft: ConnectorDraft, to folder: String) throws {
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: folder + "/fixtures", withIntermediateDirectories: true)
            for file in draft.files {
                try Data(file.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)"))
            }
        } catch let error as CocoaError {
            try? files.removeItem(atPath: folder)
            throw WorkspaceError(.disk, "the connector's folder can't be written: \(error.sentence)")
        }
    }

    private static func trimmed(_ url: String) -> String {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    /// `acme_crm` as `Acme crm`.
    private static func words(_ name: String) -> String {
        let words = name.replacing("_", with: " ").trimmingCharacters(in: .whitespaces)
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
