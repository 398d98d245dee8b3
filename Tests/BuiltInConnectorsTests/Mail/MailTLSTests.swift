// `mail.send` over TLS: private authorities and client certificates, against a server on loopback.

import ConnectorKit
import JSONCore
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@Suite(.timeLimit(.minutes(2)))
struct MailTLSTests {
    /// Takes TLS off in front of a mail server that speaks plain text.
    private func withTLS<Result>(
        to port: Int, wantsClient: Bool, _ body: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.server.utf8)).map {
                .certificate($0)
            },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TestCertificates.serverKey.utf8), format: .pem)))
        if wantsClient {
            configuration.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8)))
            configuration.certificateVerification = .noHostnameVerification
        }
        let context = try NIOSSLContext(configuration: configuration)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { outer in
                outer.eventLoop.makeCompletedFuture {
                    try outer.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }
                .flatMap {
                    ClientBootstrap(group: outer.eventLoop).connect(host: "127.0.0.1", port: port)
                }
                .flatMapThrowing { inner in
                    try outer.pipeline.syncOperations.addHandler(Passing(to: inner))
                    try inner.pipeline.syncOperations.addHandler(Passing(to: outer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(listener.localAddress?.port ?? 0)
            try? await listener.close()
            return result
        } catch {
            try? await listener.close()
            throw error
        }
    }

    /// Hands everything on to another channel of the same event loop.
    private final class Passing: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let other: any Channel

        init(to other: any Channel) { self.other = other }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }
        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
            other.close(promise: nil)
        }
    }

    private func trial(_ port: Int, authority: String?, client: String? = nil, key: String? = nil) throws -> Trial {
        var trial = try Trial()
        for (name, text) in [
            ("ca.pem", TestCertificates.authority), ("client.pem", TestCertificates.client),
            ("client-key.pem", TestCertificates.clientKey), ("nonsense.pem", "no certificate"),
        ] {
            try trial.workspace.write(name, text)
        }
        let root = trial.workspace.root
        var network = NetworkPermissions()
        network.privateAddresses = true
        network.certificateAuthority = authority.map { "\(root)/\($0)" }
        (network.clientCertificate, network.clientKey) = (client.map { "\(root)/\($0)" }, key.map { "\(root)/\($0)" })
        trial.connection = Connection(
            name: "post", connector: "mail",
            settings: ["host": "localhost", "port": .integer(port), "tls": "tls", "from": "galley@acme.example"],
            credentials: ["username": "ada", "password": "s3cret"], network: network)
        return trial
    }

    private static let mail: JSON = ["to": "ada@acme.example", "subject": "Hello", "text": "safe"]

    @Test func `a server of a private authority is trusted when the connection says so`() async throws {
        let server = try ScriptedMailServer(.init(extensions: ["AUTH PLAIN"]))
        try await withTLS(to: server.port, wantsClient: false) { port in
            let output = try await trial(port, authority: "ca.pem").call("mail.send", Self.mail)
            #expect(output["recipients"] == ["ada@acme.example"])
        }
        #expect(server.mail.contains("safe"))
    }

    @Test func `a client certificate is shown to a server that asks for one`() async throws {
        let server = try ScriptedMailServer(.init(extensions: ["AUTH PLAIN"]))
        try await withTLS(to: server.port, wantsClient: true) { port in
            _ = try await trial(port, authority: "ca.pem", client: "client.pem", key: "client-key.pem")
                .call("mail.send", Self.mail)
        }
        #expect(server.mail.contains("safe"))
    }

    @Test(
        arguments: [
            (nil, nil, nil, false), ("ca.pem", nil, nil, true), ("nonsense.pem", nil, nil, false),
            ("ca.pem", "client.pem", "nonsense.pem", true), ("ca.pem", "nonsense.pem", "client-key.pem", true),
            ("missing.pem", nil, nil, false), ("ca.pem", "client.pem", "missing.pem", false),
        ] as [(String?, String?, String?, Bool)])
    func `without the right certificates nothing is said`(
        authority: String?, client: String?, key: String?, wantsClient: Bool
    ) async throws {
        let server = try ScriptedMailServer()
        try await withTLS(to: server.port, wantsClient: wantsClient) { port in
            let error = try await trial(port, authority: authority, client: client, key: key)
                .failure("mail.send", Self.mail)
            #expect(["tls", "connection"].contains(error.type), "\(error.type): \(error.message)")
            #expect(!error.message.contains("/galley-connectors-"), "\(error.message)")
            #expect(error.outcome == .refused)
        }
        #expect(server.commands.isEmpty)
    }
}
