// The SMTP listener: accepts connections on loopback and runs one session for each.

import NIOCore
import NIOPosix

/// A small mail server (RFC 5321) that takes every mail and keeps it.
struct MailServer: Sendable {
    typealias Listener = NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>

    let listener: Listener
    let port: Int
    let store: SandboxStore
    let user: String
    let password: String

    /// Silence on a connection for longer than this ends it.
    private static let longestSilence = TimeAmount.minutes(5)

    /// - Parameter port: 0 takes a free one.
    init(port: Int, store: SandboxStore, user: String, password: String) async throws {
        (self.store, self.user, self.password) = (store, user, password)
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        IdleStateHandler(readTimeout: Self.longestSilence), SilenceHandler())
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        self.port = listener.channel.localAddress?.port ?? port
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await serve(connection) }
                }
            }
            group.cancelAll()
        }
    }

    /// A connection's failure (a reset, say) is its own affair and ends nothing else.
    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        try? await connection.executeThenClose { inbound, outbound in
            var session = MailSession(store: store, user: user, password: password)
            var reader = MailReader()
            try await outbound.write(ByteBuffer(string: MailSession.greeting))
            for try await bytes in inbound {
                reader.append(bytes)
                while let line = reader.next() {
                    let reply = try await session.reply(to: line)
                    if let text = reply.text { try await outbound.write(ByteBuffer(string: text)) }
                    if reply.closes { return }
                }
            }
        }
    }
}

/// Closes a connection that has been silent for too long.
private final class SilenceHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
