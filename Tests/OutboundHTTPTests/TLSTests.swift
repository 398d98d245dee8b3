// TLS: verified against the right authority and name, with client certificates.

import ConnectorKit
import Foundation
import NIOSSL
import Testing

@testable import OutboundHTTP

struct TLSTests {
    /// A folder with the certificate files, for the time of a test.
    private func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "galley-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in [
            ("ca.pem", TestCertificates.authority), ("client.pem", TestCertificates.client),
            ("client-key.pem", TestCertificates.clientKey), ("nonsense.pem", "no certificate"),
        ] {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        return try await body(folder.path)
    }

    private func serverTLS(wantsClient: Bool = false, newest: TLSVersion? = nil) throws -> TLSConfiguration {
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
        if let newest {
            configuration.minimumTLSVersion = .tlsv1
            configuration.maximumTLSVersion = newest
        }
        return configuration
    }

    private func permissions(authority: String? = "ca.pem", client: Bool = false) -> NetworkPermissions {
        var permissions = NetworkPermissions()
        permissions.privateAddresses = true
        permissions.certificateAuthority = authority
        if client { (permissions.clientCertificate, permissions.clientKey) = ("client.pem", "client-key.pem") }
        return permissions
    }

    @Test(arguments: ["https://localhost", "https://api.test", "https://127.0.0.1"])
    func `a private authority of the connection is trusted, for names and addresses`(base: String) async throws {
        try await withFolder { folder in
            try await RawServer.run(tls: try serverTLS()) { _ in
                [.send(Answer.ok("safe"))]
            } body: { server in
                try await withClient(folder: folder) { client in
                    let answer = try await client.send(
                        HTTPRequest("GET", "\(base):\(server.port)/", isRepeatable: true, permissions: permissions()))
                    #expect(answer.body == Array("safe".utf8))
                }
            }
        }
    }

    @Test(arguments: [
        ("https://api.test", nil, "authority"), ("https://wrong.test", "ca.pem", "another host"),
        ("https://api.test", "missing.pem", "missing.pem"),
        ("https://api.test", "nonsense.pem", "certificate_authority"),
    ])
    func `what can't be verified is not talked to`(base: String, authority: String?, says: String) async throws {
        try await withFolder { folder in
            try await RawServer.run(tls: try serverTLS()) { _ in
                [.send(Answer.ok("safe"))]
            } body: { server in
                try await withClient(folder: folder) { client in
                    let error = try await connectorError {
                        _ = try await client.send(
                            HTTPRequest(
                                "POST", "\(base):\(server.port)/", isRepeatable: false,
                                permissions: permissions(authority: authority)))
                    }
                    #expect(error?.type == "tls" && error?.outcome == .refused && error?.isTransient == false)
                    #expect(error?.message.contains(says) == true, "\(error?.message ?? "no error")")
                    #expect(server.requests.isEmpty)
                }
            }
        }
    }

    @Test(arguments: [
        ("a.test", "a.test", true), ("A.test", "a.TEST.", true), ("a.test", "b.test", false),
        ("x.a.test", "*.a.test", true),
        ("x.y.a.test", "*.a.test", false), ("a.test", "*.a.test", false), ("a.test", "*.test", false),
        ("test", "*", false),
        ("x.a.test", "x*.a.test", false), ("x.a.test", "*.*.test", false), ("", "", false),
        (".a.test", "*.a.test", false),
    ])
    func `names in certificates match as RFC 9525 has it`(host: String, pattern: String, isMatch: Bool) {
        #expect(ServerName.matches(host, pattern: pattern) == isMatch)
    }

    @Test func `a client certificate is shown where the connection names one`() async throws {
        try await withFolder { folder in
            try await RawServer.run(tls: try serverTLS(wantsClient: true)) { _ in
                [.send(Answer.ok("known"))]
            } body: {
                server in
                try await withClient(folder: folder) { client in
                    let answer = try await client.send(
                        HTTPRequest(
                            "GET", "https://api.test:\(server.port)/", isRepeatable: true,
                            permissions: permissions(client: true)))
                    #expect(answer.body == Array("known".utf8))
                    let error = try await connectorError {
                        _ = try await client.send(
                            HTTPRequest(
                                "GET", "https://api.test:\(server.port)/", isRepeatable: true,
                                permissions: permissions()))
                    }
                    #expect(error != nil)
                    #expect(server.requests.count == 1)
                }
            }
        }
    }

    @Test func `a client certificate and its key may be PEM texts`() async throws {
        try await withFolder { folder in
            try await RawServer.run(tls: try serverTLS(wantsClient: true)) { _ in
                [.send(Answer.ok("known"))]
            } body: { server in
                try await withClient(folder: folder) { client in
                    var permissions = permissions()
                    permissions.clientCertificate = try String(contentsOfFile: folder + "/client.pem", encoding: .utf8)
                    permissions.clientKey = try String(contentsOfFile: folder + "/client-key.pem", encoding: .utf8)
                    let answer = try await client.send(
                        HTTPRequest(
                            "GET", "https://api.test:\(server.port)/", isRepeatable: true, permissions: permissions))
                    #expect(answer.body == Array("known".utf8))
                    permissions.clientKey = "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----"
                    let error = try await connectorError {
                        _ = try await client.send(
                            HTTPRequest(
                                "GET", "https://api.test:\(server.port)/", isRepeatable: true, permissions: permissions)
                        )
                    }
                    #expect(error?.type == "tls" && error?.message.contains("\"client_key\" does not hold") == true)
                    #expect(error?.message.contains("nonsense") == false)
                }
            }
        }
    }

    @Test func `TLS 1.1 is not spoken`() async throws {
        try await withFolder { folder in
            try await RawServer.run(tls: try serverTLS(newest: .tlsv11)) { _ in
                [.send(Answer.ok("old"))]
            } body: { server in
                try await withClient(folder: folder) { client in
                    let error = try await connectorError {
                        _ = try await client.send(
                            HTTPRequest(
                                "GET", "https://api.test:\(server.port)/", isRepeatable: true,
                                permissions: permissions()))
                    }
                    #expect(error?.type == "tls", "\(String(describing: error))")
                    #expect(server.requests.isEmpty)
                }
            }
        }
    }

    @Test func `a redirect from https to http is not followed`() async throws {
        try await withFolder { folder in
            try await RawServer.run { _ in
                [.send(Answer.ok("plain"))]
            } body: { plain in
                let target = "http://api.test:\(plain.port)/"
                try await RawServer.run(tls: try serverTLS()) { _ in
                    [.send(Answer.redirect(302, to: target))]
                } body: {
                    server in
                    try await withClient(folder: folder) { client in
                        let error = try await connectorError {
                            _ = try await client.send(
                                HTTPRequest(
                                    "GET", "https://api.test:\(server.port)/", isRepeatable: true,
                                    permissions: permissions()))
                        }
                        #expect(error?.type == "refused" && error?.status == 302)
                        #expect(plain.requests.isEmpty)
                    }
                }
            }
        }
    }

    @Test func `https to a port that speaks plain http is a tls error`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("plain")), .close]
        } body: { server in
            try await withClient(limits: shortLimits { $0.connect = .milliseconds(300) }) { client in
                let port = server.port
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("GET", "https://api.test:\(port)/", isRepeatable: true))
                }
                // The plain server waits for the end of a head that never comes.
                #expect(error?.type == "tls" || error?.type == "timeout")
                #expect(error?.outcome == .refused)
            }
        }
    }

    @Test func `a body that ends with a clean end of TLS is whole, one that is cut is not`() async throws {
        try await withFolder { folder in
            for isClean in [true, false] {
                try await RawServer.run(tls: try serverTLS()) { _ in
                    [.send(Answer.head("") + "all"), isClean ? .close : .cut]
                } body: { server in
                    try await withClient(folder: folder) { client in
                        let request = HTTPRequest(
                            "GET", "https://api.test:\(server.port)/", isRepeatable: true, permissions: permissions())
                        let error = try await connectorError {
                            let answer = try await client.send(request)
                            #expect(answer.body == Array("all".utf8))
                        }
                        #expect((error == nil) == isClean)
                    }
                }
            }
        }
    }
}
