// A real server in process, on a free port, over an engine with recipes as texts; and a client that sends bytes as they are.

import ConnectorKit
import Engine
import Foundation
import GalleyServer
import JSONCore
import JobHistory
import Logging
import RecipeLanguage
import Synchronization

/// One server for one test.
final class ServerBed: Sendable {
    let engine: Engine
    let port: Int
    let recipes: Recipes
    let clock: TestClock
    let folder: String
    private let change: AsyncStream<Void>.Continuation

    final class Recipes: Sendable {
        private let sources: Mutex<[String: String]>
        init(_ sources: [String: String]) { self.sources = Mutex(sources) }
        subscript(_ id: String) -> String? {
            get { sources.withLock { $0[id] } }
            set { sources.withLock { $0[id] = newValue } }
        }
        var ids: [String] { sources.withLock { $0.keys.sorted() } }
    }

    /// The system's time, moved and stopped by hand.
    final class TestClock: Sendable {
        private let state = Mutex<(offset: Int64, stoppedAt: Int64?)>((0, nil))
        var now: Int64 { state.withLock { ($0.stoppedAt ?? systemMilliseconds()) + $0.offset } }
        func advance(_ milliseconds: Int64) { state.withLock { $0.offset += milliseconds } }
        /// From here on only `advance` moves it.
        func stop() { state.withLock { $0.stoppedAt = $0.stoppedAt ?? systemMilliseconds() } }
    }

    private init(
        engine: Engine, port: Int, recipes: Recipes, clock: TestClock, folder: String,
        change: AsyncStream<Void>.Continuation
    ) {
        (self.engine, self.port, self.recipes, self.change) = (engine, port, recipes, change)
        (self.clock, self.folder) = (clock, folder)
    }

    /// A recipe with a webhook that returns what `returns` says.
    static func hook(_ input: String, _ more: String = "", returns: String = "{{ got.body }}") -> String {
        """
        {"galley": 1, "trigger": {"id": "got", "use": "webhook.received", "input": {\(input)}\(more)},
         "steps": [{"return": {"got": "\(returns)"}}]}
        """
    }

    /// Runs `body` against a server and stops it in the orderly way.
    static func use(
        _ sources: [String: String], limits: ServerLimits = ServerLimits(),
        configure: (inout ServerConfiguration) -> Void = { _ in },
        adjust: (inout EngineServices) -> Void = { _ in },
        _ body: @escaping @Sendable (ServerBed) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/galley-server-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (recipes, clock) = (Recipes(sources), TestClock())
        var services = services(recipes)
        services.clock = { clock.now }
        services.writeRecipe = { recipes[$0] = String(decoding: $1, as: UTF8.self) }
        services.limits.passwords = PasswordCost(logRounds: 4, blockSize: 8, passes: 1)
        adjust(&services)
        let engine = Engine(store: try JobStore.openOwner(folder: folder), services: services)
        let (changes, change) = AsyncStream.makeStream(of: Void.self)
        let (ready, announce) = AsyncStream.makeStream(of: Int.self)
        var configuration = ServerConfiguration()
        (configuration.port, configuration.limits, configuration.allowedHosts) = (0, limits, ["test"])
        configure(&configuration)
        let server = try GalleyServer(
            engine: engine, configuration: configuration, changes: changes, logger: silent
        ) { announce.yield($0.port) }
        let run = Task {
            defer { announce.finish() }
            try await server.run()
        }
        for await port in ready {
            let bed = ServerBed(
                engine: engine, port: port, recipes: recipes, clock: clock, folder: folder, change: change)
            let result = await Task { try await body(bed) }.result
            await server.stop()
            try await run.value
            await engine.store.close()
            return try result.get()
        }
        try await run.value
    }

    /// The source of a recipe whose file is there and can't be read.
    static let unreadable = "unreadable"

    /// Changes a recipe's file and returns when the server has read it.
    func edit(_ recipe: String, _ source: String) async throws {
        recipes[recipe] = source
        try await engine.recipes.refresh()
    }

    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func services(_ recipes: Recipes) -> EngineServices {
        EngineServices(
            recipeIDs: { recipes.ids },
            recipeSource: { id in
                guard let source = recipes[id] else { throw ControlError("there is no recipe \(id)") }
                guard source != unreadable else { throw ControlError("can't read \(id)") }
                return Array(source.utf8)
            },
            compile: { id, source in
                let checked = Recipe.check(source, id: id, file: "\(id).json", catalog: Catalog())
                guard let recipe = checked.recipe else { throw RecipeBroken(diagnostics: checked.diagnostics) }
                return recipe
            },
            connector: { _ in nil },
            connection: { throw ConnectorError(type: "auth", "there is no connection \($0)") },
            secret: { name in
                guard name == "HOOK_SECRET" else { throw ControlError("there is no secret \(name)") }
                return "It's a Secret to Everybody"
            }, http: NoNetwork(), files: NoFiles(), tables: NoTables(), logger: silent)
    }

    // MARK: Requests

    func post(
        _ path: String, _ body: String, headers: [String] = ["Content-Type: application/json"], method: String = "POST"
    ) async throws -> Answer {
        let head = ["\(method) \(path) HTTP/1.1", "Host: test", "Connection: close"] + headers
        return try await send(
            (head + ["Content-Length: \(body.utf8.count)", "", ""]).joined(separator: "\r\n") + body)
    }

    func get(_ path: String, headers: [String] = [], method: String = "GET") async throws -> Answer {
        let head = ["\(method) \(path) HTTP/1.1", "Host: test", "Connection: close"] + headers + ["", ""]
        return try await send(head.joined(separator: "\r\n"))
    }

    /// A form of a page of this server.
    func form(_ path: String, _ fields: String, headers: [String] = ["Origin: http://test"]) async throws -> Answer {
        try await post(path, fields, headers: headers + ["Content-Type: application/x-www-form-urlencoded"])
    }

    /// The header line for a new token with a role; nil: a client.
    func token(
        _ role: Role?, name: String = UUID().uuidString, scopes: [String] = [], perMinute: Int = 1_000,
        lifeSeconds: Int? = nil
    ) async throws -> String {
        let new = NewToken(
            name: name, kind: role == nil ? .client : .api, role: role ?? .viewer, scopes: scopes, perMinute: perMinute,
            lifeSeconds: lifeSeconds)
        let made = try await engine.access.perform(.addToken(new), by: .local)
        return "Authorization: Bearer \(made["token"]?.string ?? "")"
    }

    /// Reads what comes until `isEnough` or the end.
    func read(_ path: String, headers: [String], until isEnough: @escaping @Sendable (String) -> Bool) async throws
        -> Answer
    {
        let text = (["GET \(path) HTTP/1.1", "Host: test"] + headers + ["", ""]).joined(separator: "\r\n")
        let port = port
        return try await RawConnection.onThread {
            Answer(try RawConnection(port: port).exchange(text) { isEnough(String(decoding: $0, as: UTF8.self)) })
        }
    }

    /// Sends these bytes on a connection of its own and reads to its end.
    func send(_ text: String) async throws -> Answer {
        let port = port
        return try await RawConnection.onThread { Answer(try RawConnection(port: port).exchange(text)) }
    }
}

/// What came back; status 0 for a connection that was closed without an answer.
struct Answer: Sendable {
    let status: Int
    let head: String
    let body: String
    /// The values of a header, its name in lower case.
    func header(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
    /// The cookie that it sets, as a header line to send.
    var cookie: String? {
        header("set-cookie")?.split(separator: ";").first.map { "Cookie: \($0)" }
    }
    var json: JSON { (try? JSON(parsing: Array(body.utf8))) ?? .null }

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1).map { String($0) }
        head = parts.first ?? ""
        body = parts.count > 1 ? parts[1] : ""
        status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}

/// A TCP connection to loopback, with blocking calls.
struct RawConnection {
    private let socket: Int32

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard socket >= 0, connected == 0 else { throw POSIXError(.ECONNREFUSED) }
        // A stream that says nothing for so long (heartbeats come every 15 s) ends the reading, and the test tells what came.
        var patience = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Runs what waits for a server of this process on a thread of its own: pools are what the server itself needs.
    static func onThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Swift.Result(catching: work)) }.start()
        }
    }

    func hangUp() { close(socket) }

    /// Sends and reads nothing.
    func say(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent <= 0 { break }  // the server has seen enough
            rest = rest.dropFirst(sent)
        }
    }

    /// Sends, reads what comes until `isEnough` or the end, and closes.
    func exchange(_ text: String, until isEnough: ([UInt8]) -> Bool = { _ in false }) throws -> [UInt8] {
        defer { hangUp() }
        say(text)
        var (answer, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count <= 0 { return answer }
            answer += buffer[..<count]
            if isEnough(answer) { return answer }
        }
    }
}

private struct NoNetwork: HTTPClient {
    func send(_ request: HTTPRequest) async throws -> HTTPAnswer { throw ConnectorError(type: "dns", "no network") }
}

private struct NoFiles: WorkspaceFiles {
    func path(of relative: String) throws -> String { throw ConnectorError(type: "file", "no files") }
}

private struct NoTables: TableSource {
    func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject? { nil }
}
