// Proxies: only the workspace's, through a tunnel.

import ConnectorKit
import Testing

@testable import OutboundHTTP

struct ProxyTests {
    /// A proxy that answers the tunnelled requests itself.
    private let script: RawServer.Script = { request in
        request.method == "CONNECT" ? [.send("HTTP/1.1 200 Connected\r\n\r\n")] : [.send(Answer.ok("through"))]
    }

    @Test func `the workspace's proxy gets the name and the credentials`() async throws {
        try await RawServer.run(script: script) { (proxy) async throws in
            var permissions = NetworkPermissions()
            permissions.proxy = "http://user:pa%40ss@127.0.0.1:\(proxy.port)"
            try await withClient(permitted: false, permissions: permissions) { client in
                let answer = try await client.send(HTTPRequest("GET", "http://anything.invalid/x", isRepeatable: true))
                #expect(answer.body == Array("through".utf8))
                #expect(proxy.requests.first?.head.hasPrefix("CONNECT anything.invalid:80 ") == true)
                #expect(proxy.requests.first?.header("proxy-authorization") == "Basic dXNlcjpwYUBzcw==")
                #expect(proxy.requests.last?.target == "/x")
                #expect(proxy.requests.last?.header("proxy-authorization") == nil)
            }
        }
    }

    @Test func `an inside address is not called through a proxy either`() async throws {
        try await RawServer.run(script: script) { (proxy) async throws in
            var permissions = NetworkPermissions()
            permissions.proxy = "http://127.0.0.1:\(proxy.port)"
            try await withClient(permitted: false, permissions: permissions) { client in
                let error = try await connectorError {
                    _ = try await client.send(HTTPRequest("GET", "http://169.254.169.254/", isRepeatable: true))
                }
                #expect(error?.type == "refused")
                #expect(proxy.connectionCount == 0)
            }
        }
    }

    @Test func `a connection can't bring a proxy of its own`() async throws {
        try await RawServer.run(script: script) { (proxy) async throws in
            try await RawServer.run { _ in
                [.send(Answer.ok("direct"))]
            } body: { server in
                try await withClient { client in
                    var request = HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true)
                    request.permissions.proxy = "http://127.0.0.1:\(proxy.port)"
                    let answer = try await client.send(request)
                    #expect(answer.body == Array("direct".utf8))
                    #expect(proxy.connectionCount == 0)
                }
            }
        }
    }

    @Test(arguments: ["socks5://127.0.0.1:1", "127.0.0.1:8080", "http://", "http://a b:80", "http://host:99999"])
    func `a proxy that is written wrongly is refused`(proxy: String) async throws {
        var permissions = NetworkPermissions()
        permissions.proxy = proxy
        try await withClient(permissions: permissions) { client in
            let error = try await connectorError {
                _ = try await client.send(HTTPRequest("GET", "http://anything.invalid/", isRepeatable: true))
            }
            #expect(error?.type == "bad_input" && error?.message.contains("network.proxy") == true)
        }
    }

    @Test func `a proxy that refuses is an error that nothing was sent for`() async throws {
        try await RawServer.run { _ in
            [.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]
        } body: { proxy in
            var permissions = NetworkPermissions()
            permissions.proxy = "http://127.0.0.1:\(proxy.port)"
            try await withClient(permissions: permissions) { client in
                let error = try await connectorError {
                    _ = try await client.send(HTTPRequest("POST", "http://anything.invalid/", isRepeatable: false))
                }
                #expect(error?.type == "connection" && error?.outcome == .refused)
            }
        }
    }
}
