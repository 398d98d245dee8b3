// All connectors of a workspace: the built-in ones and the folders in Connectors/, which are read when first asked for.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization

/// Finds connectors by name. Reading a folder happens once, on first use: a run of one recipe reads only what it names.
public final class ConnectorLibrary: Sendable {
    private struct Read {
        var connector: DeclarativeConnector?
        /// Imported from a WSDL, instead of the other.
        var described: DescribedConnector?
        let diagnostics: [Diagnostic]
    }
    private let builtIn: [String: any Connector]
    private let builtInNames: [String]
    private let folders: [String: String]
    private let read = Mutex<[String: Read]>([:])

    /// - Parameter folders: from names of declarative connectors to their folders (`Workspace.connectorFolders()`).
    public init(folders: [String: String], builtIn: [any Connector] = BuiltInConnectors.all) {
        self.builtIn = Dictionary(builtIn.map { ($0.spec.name, $0) }) { first, _ in first }
        builtInNames = builtIn.map(\.spec.name)
        self.folders = folders
    }

    /// The names of all connectors, built-in ones first, then by name.
    public var names: [String] { builtInNames + folders.keys.filter { builtIn[$0] == nil }.sorted() }

    /// The connector called `name`; nil when there is none or its connector.json has mistakes (see `diagnostics(of:)`).
    public subscript(_ name: String) -> (any Connector)? { builtIn[name] ?? declarative(name) ?? described(name) }

    /// A connector from a folder, for its fixtures and its test request.
    public func declarative(_ name: String) -> DeclarativeConnector? { readFolder(name)?.connector }

    /// A connector that was imported from a WSDL.
    public func described(_ name: String) -> DescribedConnector? { readFolder(name)?.described }

    /// The folder of a declarative connector.
    public func folder(of name: String) -> String? { folders[name] }

    /// The specs of all connectors that can be read; reads every folder.
    public var specs: [ConnectorSpec] { names.compactMap { self[$0]?.spec } }

    /// The specs of the connectors called `names`, where there are such: reads no other folder.
    public func specs(of names: some Sequence<String>) -> [ConnectorSpec] { names.compactMap { self[$0]?.spec } }

    /// Everything wrong with one connector's folder, or with its name.
    public func diagnostics(of name: String) -> [Diagnostic] {
        let clash =
            builtIn[name] != nil && folders[name] != nil
            ? [
                Diagnostic(
                    code: "name_clash", "\"\(name)\" is a built-in connector, so this one is never used",
                    suggestion: "rename the folder and the connector", file: Self.file(name), range: 0..<0,
                    pointer: "/name")
            ] : []
        return clash + (readFolder(name)?.diagnostics ?? [])
    }

    /// Everything wrong with the files of a connector's actions, which are read for it, and between them and connector.json.
    public func fileDiagnostics(of name: String) -> [Diagnostic] {
        declarative(name)?.fileDiagnostics ?? described(name)?.fileDiagnostics ?? []
    }

    /// Everything wrong with any connector's connector.json; reads every folder.
    public var diagnostics: [Diagnostic] { folders.keys.sorted().flatMap { diagnostics(of: $0) } }

    /// The text of a connector's connector.json, for showing diagnostics.
    public func source(of name: String) throws -> [UInt8] {
        guard let folder = folders[name] else {
            throw ConnectorError(type: "not_found", "there is no folder of a connector \"\(name)\"")
        }
        return try OpenedFile(path: folder + "/connector.json", name: Self.file(name)).readAll(
            limit: ConnectorReader.mostBytes)
    }

    /// The texts of a connector's files that diagnostics are about, by the names they go by there.
    public func sources(of name: String, _ diagnostics: [Diagnostic]) -> [String: [UInt8]] {
        let start = String(Self.file(name).dropLast("connector.json".count))
        var sources = [Self.file(name): (try? source(of: name)) ?? []]
        for file in Set(diagnostics.map(\.file)) where sources[file] == nil && file.hasPrefix(start) {
            let inner = String(file.dropFirst(start.count))
            guard let folder = folders[name], ConnectorFiles.isName(inner, in: "actions") else { continue }
            sources[file] = try? OpenedFile(path: "\(folder)/\(inner)", name: file).readAll(
                limit: ConnectorReader.mostBytes)
        }
        return sources
    }

    /// Runs the fixtures of a connector from a folder.
    public func runFixtures(of name: String) async -> [FixtureResult] {
        guard let folder = folders[name] else { return [] }
        return await fixtureRun(of: name)?.all(in: folder) ?? []
    }

    fileprivate func fixtureRun(of name: String) -> FixtureRun? {
        declarative(name).map { FixtureRun($0.withoutLimits) } ?? described(name).map { FixtureRun($0.withoutLimits) }
    }

    private static func file(_ name: String) -> String { "Connectors/\(name)/connector.json" }

    private func readFolder(_ name: String) -> Read? {
        guard let place = folders[name] else { return nil }
        return read.withLock { read in
            if let known = read[name] { return known }
            if DescribedConnector.isDescribed(folder: place), let text = try? source(of: name) {
                let (described, found) = DescribedConnector.read(
                    text, name: name, folder: place, file: Self.file(name))
                read[name] = Read(described: described, diagnostics: found)
                return read[name]
            }
            let result: Read
            do {
                let folder = folders[name] ?? ""
                let (connector, diagnostics) = DeclarativeConnector.read(
                    try source(of: name), name: name, file: Self.file(name)
                ) { file in
                    try? OpenedFile(path: "\(folder)/\(file)", name: file).readAll(limit: ConnectorReader.mostBytes)
                }
                result = Read(connector: connector, diagnostics: diagnostics)
            } catch {
                let message = (error as? ConnectorError)?.message ?? "\(error)"
                let found = Diagnostic(code: "unreadable", message, file: Self.file(name), range: 0..<0, pointer: "")
                result = Read(connector: nil, diagnostics: [found])
            }
            read[name] = result
            return result
        }
    }
}

extension DeclarativeConnector {
    /// Checks a connector's folder: its connector.json, and whether its fixtures can be read and name its actions.
    /// - Returns: diagnostics of connector.json, and sentences about fixtures by their file's name.
    public static func check(
        folder: String, name: String
    ) -> (diagnostics: [Diagnostic], fixtures: [(file: String, mistakes: [String])]) {
        let library = ConnectorLibrary(folders: [name: folder], builtIn: [])
        var fixtures: [(file: String, mistakes: [String])] = []
        let run = library.fixtureRun(of: name)
        for file in FixtureRun.files(in: folder) {
            let name = "fixtures/\(file)"
            let bytes = try? OpenedFile(path: "\(folder)/\(name)", name: name).readAll(limit: ConnectorReader.mostBytes)
            var (fixture, mistakes) = bytes.map { FixtureReader.read($0) } ?? (nil, ["the file can't be read"])
            if let fixture, let run, run.schemas(of: fixture) == nil { mistakes.append(run.missing(fixture)) }
            if !mistakes.isEmpty { fixtures.append((name, mistakes)) }
        }
        return (library.diagnostics(of: name) + library.fileDiagnostics(of: name), fixtures)
    }
}
