// The underlying clients: one for each origin, checked address and TLS setting, kept for reuse.

import AsyncHTTPClient
import ConnectorKit
import NIOCore
import NIOPosix
import Synchronization

/// The client of AsyncHTTPClient, which has the same name as ours.
typealias UnderlyingClient = AsyncHTTPClient.HTTPClient

/// Makes clients when first needed and closes the longest unused ones. No thread is started before the first request.
final class ClientCache: Sendable {
    /// What a client is fixed to.
    struct Key: Hashable, Sendable {
        let origin: TargetURL.Origin
        /// nil behind a proxy, which resolves names itself.
        let address: IPAddress?
        let tls: TLSSettings?
        let proxy: String?
        /// Of one connection attempt, in nanoseconds.
        let connectNanoseconds: Int
    }

    private struct Entry {
        let client: UnderlyingClient
        var users: Int
        var lastUse: UInt64
    }

    private struct State {
        var group: MultiThreadedEventLoopGroup?
        var entries: [Key: Entry] = [:]
        var uses: UInt64 = 0
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = max(1, limit) }

    /// Runs `body` with the client for `key`; it isn't closed while in use.
    func withClient<Result: Sendable>(
        _ key: Key, _ body: (UnderlyingClient) async throws -> Result
    ) async throws -> Result {
        let (client, surplus) = try borrow(key)
        defer { state.withLock { $0.entries[key]?.users -= 1 } }
        for old in surplus { close(old) }
        return try await body(client)
    }

    private func borrow(_ key: Key) throws -> (UnderlyingClient, surplus: [UnderlyingClient]) {
        try state.withLock { state in
            guard !state.isClosed else {
                throw ConnectorError(type: "connection", "the program is shutting down", isTransient: true)
            }
            state.uses += 1
            if var entry = state.entries[key] {
                entry.users += 1
                entry.lastUse = state.uses
                state.entries[key] = entry
                return (entry.client, [])
            }
            var surplus: [UnderlyingClient] = []
            while state.entries.count >= limit,
                let oldest = state.entries.filter({ $0.value.users == 0 }).min(by: {
                    $0.value.lastUse < $1.value.lastUse
                })
            {
                state.entries[oldest.key] = nil
                surplus.append(oldest.value.client)
            }
            // One thread: a request, its connection and its timers are then on the same event loop, so that what is known
            // about bytes sent is in order with the failures that follow.
            let group = state.group ?? MultiThreadedEventLoopGroup(numberOfThreads: 1)
            state.group = group
            let client = UnderlyingClient(
                eventLoopGroupProvider: .shared(group), configuration: try Self.configuration(key))
            state.entries[key] = Entry(client: client, users: 1, lastUse: state.uses)
            return (client, surplus)
        }
    }

    private static func configuration(_ key: Key) throws(ConnectorError) -> UnderlyingClient.Configuration {
        var configuration = UnderlyingClient.Configuration(
            tlsConfiguration: try key.tls?.configuration(), redirectConfiguration: .disallow, decompression: .disabled)
        configuration.timeout = .init(connect: .nanoseconds(Int64(key.connectNanoseconds)))
        configuration.connectionPool.idleTimeout = .seconds(20)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        if let address = key.address, IPAddress(key.origin.host) == nil {
            configuration.dnsOverride = [key.origin.host: address.text]
        }
        if key.tls != nil, IPAddress(key.origin.host) == nil {
            let host = key.origin.host
            configuration.http1_1ConnectionDebugInitializer = { ServerName.check($0, host: host) }
        }
        if let proxy = key.proxy {
            configuration.proxy = try ProxyAddress(proxy).configuration
        }
        return configuration
    }

    /// Closes a client that nobody uses, in the background.
    private func close(_ client: UnderlyingClient) {
        Task { try? await client.shutdown() }
    }

    /// Closes all clients and their thread; requests under way fail. A connection that is still being made can take until
    /// its limit to let go of: this waits `patience` for it and leaves the rest to the background.
    func shutdown(patience: Duration = .milliseconds(500)) async {
        let (clients, group) = state.withLock { state in
            state.isClosed = true
            defer {
                state.entries = [:]
                state.group = nil
            }
            return (state.entries.values.map(\.client), state.group)
        }
        guard let group else { return }
        let (isDone, done) = AsyncStream<Void>.makeStream()
        let closing = Task {
            await withTaskGroup(of: Void.self) { tasks in
                for client in clients { tasks.addTask { try? await client.shutdown() } }
            }
            try? await group.shutdownGracefully()
            done.finish()
        }
        let timer = Task {
            try? await Task.sleep(for: patience)
            done.finish()
        }
        for await _ in isDone {}
        timer.cancel()
        _ = closing
    }
}

/// `http://host:port` or `http://user:password@host:port`, from the workspace's settings.
struct ProxyAddress {
    let configuration: UnderlyingClient.Configuration.Proxy

    init(_ text: String) throws(ConnectorError) {
        let wrong = ConnectorError(
            type: "bad_input", "\"network.proxy\" in galley.json must look like http://host:port")
        guard text.hasPrefix("http://"), text.utf8.count <= 1024 else { throw wrong }
        var rest = text.dropFirst(7)
        while rest.last == "/" { rest.removeLast() }
        var credentials: Substring?
        if let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
        }
        guard let target = try? TargetURL("http://" + rest), target.pathAndQuery == "/" else { throw wrong }
        let hasPort = rest.last?.isNumber == true && rest.contains(":")
        let port = hasPort ? target.origin.port : 8080
        if let credentials {
            let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                .map(Self.decoded)
            configuration = .server(
                host: target.origin.host, port: port,
                authorization: .basic(username: parts[0], password: parts.count > 1 ? parts[1] : ""))
        } else {
            configuration = .server(host: target.origin.host, port: port)
        }
    }

    /// Percent-encoding undone; a `%` without two digits stays.
    private static func decoded(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(place + 1)...(place + 2)], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                place += 3
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
