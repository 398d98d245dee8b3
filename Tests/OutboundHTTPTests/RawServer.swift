// A server on loopback that answers with exactly the bytes a test wants, good or bad.

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// One request as it came in.
struct RawRequest: Sendable {
    /// The request line and headers.
    let head: String
    let body: String

    var method: String { String(head.prefix { $0 != " " }) }
    var target: String { head.split(separator: " ").dropFirst().first.map { String($0) } ?? "" }

    func header(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return String(parts[1].drop { $0 == " " })
            }
        }
        return nil
    }
}

/// What a server does with a request, one act after the other.
enum Act: Sendable {
    case send(String)
    case bytes([UInt8])
    /// Sends one byte each few milliseconds, for ever.
    case drip
    /// Sends as fast as it is taken, for ever.
    case flood
    case close
    /// Closes with a reset.
    case reset
    /// Closes the connection below TLS, without its farewell.
    case cut
}

/// Listens on 127.0.0.1 while a test runs.
final class RawServer: Sendable {
    typealias Script = @Sendable (RawRequest) -> [Act]

    let port: Int

    private init(port: Int, log: RequestLog) { (self.port, shared) = (port, log) }

    private let shared: RequestLog

    final class RequestLog: Sendable {
        let requests = Mutex<[RawRequest]>([])
        let connections = Mutex(0)
    }

    var requests: [RawRequest] { shared.requests.withLock { $0 } }
    var connectionCount: Int { shared.connections.withLock { $0 } }

    /// Runs `body` with a server that answers by `script`.
    /// - Parameter answersHeads: as soon as a head is there, and never looks at what follows.
    static func run<Result>(
        tls: TLSConfiguration? = nil, answersHeads: Bool = false, script: @escaping Script,
        body: (RawServer) async throws -> Result
    ) async throws -> Result {
        let log = RequestLog()
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    log.connections.withLock { $0 += 1 }
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        ScriptedHandler(log: log, answersHeads: answersHeads, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = RawServer(port: channel.localAddress?.port ?? 0, log: log)
        do {
            let result = try await body(server)
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: RawServer.RequestLog
    private let script: RawServer.Script
    private let answersHeads: Bool
    /// Of a body that nobody looks at.
    private var bytesToSkip = 0
    private var pending: [UInt8] = []

    init(log: RawServer.RequestLog, answersHeads: Bool, script: @escaping RawServer.Script) {
        (self.log, self.answersHeads, self.script) = (log, answersHeads, script)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytesView
        let skipped = min(bytesToSkip, bytes.count)
        bytesToSkip -= skipped
        pending += Array(bytes.dropFirst(skipped))
        while let request = nextRequest() {
            log.requests.withLock { $0.append(request) }
            for act in script(request) { perform(act, context.channel) }
        }
    }

    private func nextRequest() -> RawRequest? {
        let end = Array("\r\n\r\n".utf8)
        guard pending.count >= 4,
            let place = (0...pending.count - 4).first(where: { pending[$0..<$0 + 4].elementsEqual(end) })
        else { return nil }
        let head = String(decoding: pending[..<place], as: UTF8.self)
        let length = RawRequest(head: head, body: "").header("content-length").flatMap { Int($0) } ?? 0
        if answersHeads {
            let there = min(length, pending.count - place - 4)
            bytesToSkip = length - there
            pending.removeFirst(place + 4 + there)
            return RawRequest(head: head, body: "")
        }
        guard pending.count >= place + 4 + length else { return nil }
        let body = String(decoding: pending[(place + 4)..<(place + 4 + length)], as: UTF8.self)
        pending.removeFirst(place + 4 + length)
        return RawRequest(head: head, body: body)
    }

    private func perform(_ act: Act, _ channel: Channel) {
        switch act {
        case .send(let text): channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        case .bytes(let bytes): channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        case .drip:
            channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { task in
                guard channel.isActive else { return task.cancel() }
                channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
            }
        case .flood: Self.flood(channel)
        case .close: channel.close(promise: nil)
        case .cut:
            if let context = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
                context.close(promise: nil)
            }
        case .reset:
            if let channel = channel as? any SocketOptionProvider {
                channel.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { [channel] _ in
                    (channel as? any Channel)?.close(promise: nil)
                }
            }
        }
    }

    private static func flood(_ channel: Channel) {
        channel.writeAndFlush(ByteBuffer(repeating: 0x61, count: 64 << 10)).whenSuccess { flood(channel) }
    }
}

/// Texts of answers.
enum Answer {
    static func ok(_ body: String, _ headers: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    static func redirect(_ status: Int, to location: String) -> String {
        "HTTP/1.1 \(status) Moved\r\nContent-Length: 0\r\nLocation: \(location)\r\n\r\n"
    }

    static func head(_ headers: String, status: Int = 200) -> String {
        "HTTP/1.1 \(status) Status\r\n\(headers)\r\n"
    }
}
