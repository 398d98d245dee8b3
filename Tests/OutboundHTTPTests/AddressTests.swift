// Which addresses are called, and that those are called which were checked.

import ConnectorKit
import Testing

@testable import OutboundHTTP

struct AddressTests {
    @Test(arguments: [
        "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "169.254.1.1", "100.64.0.1", "100.127.255.255", "198.18.0.1", "192.0.0.1", "::1", "fe80::1", "fc00::1",
        "fd12::1",
        "fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:1::1", "::ffff:0:127.0.0.1",
    ])
    func `addresses inside need permission`(text: String) throws {
        let address = try #require(IPAddress(text))
        guard case .inside = address.reach else {
            Issue.record("\(text) is \(address.reach)")
            return
        }
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1", "192.88.99.1", "::", "ff02::1", "2001:db8::1", "::127.0.0.1", "::ffff:0.0.0.0", "2001::1",
        "100::1",
        "4000::1", "64:ff9b::e000:1", "::ffff:255.255.255.255",
    ])
    func `addresses of no one host are never called`(text: String) throws {
        let address = try #require(IPAddress(text))
        guard case .never = address.reach else {
            Issue.record("\(text) is \(address.reach)")
            return
        }
    }

    @Test(arguments: [
        "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.167.1.1", "11.0.0.1", "198.20.0.1",
        "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
    ])
    func `public addresses are called`(text: String) throws {
        #expect(try #require(IPAddress(text)).reach == .everywhere)
    }

    @Test(arguments: [
        "http://127.0.0.1", "http://localhost", "http://127.1", "http://2130706433", "http://0x7f.1", "http://[::1]",
        "http://[::ffff:127.0.0.1]", "http://0.0.0.0", "http://api.test", "http://017700000001",
    ])
    func `the workspace's own network is not called without permission`(base: String) async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("inside"))]
        } body: { server in
            let names: NameResolver.Lookup = { $0.hasSuffix(".test") ? testNames($0) : NameResolver.system($0) }
            try await withClient(permitted: false, lookup: names) { client in
                let error = try await connectorError {
                    _ = try await client.send(HTTPRequest("GET", "\(base):\(server.port)/", isRepeatable: true))
                }
                #expect(error?.type == "refused" || error?.type == "dns", "\(String(describing: error))")
                #expect(error?.outcome == .refused && error?.isTransient == false)
                #expect(server.connectionCount == 0)
            }
        }
    }

    @Test func `the connection's permission is enough`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("inside"))]
        } body: { server in
            try await withClient(permitted: false) { client in
                var request = HTTPRequest("GET", "http://api.test:\(server.port)/", isRepeatable: true)
                request.permissions.privateAddresses = true
                let answer = try await client.send(request)
                #expect(answer.body == Array("inside".utf8))
                #expect(server.requests.first?.header("host") == "api.test:\(server.port)")
            }
        }
    }

    @Test func `of a host's addresses the forbidden ones are left out`() async throws {
        // A name that answers with a public address and loopback: only the public one may be tried, and from here it
        // can't be reached.
        try await RawServer.run { _ in
            [.send(Answer.ok("inside"))]
        } body: { server in
            let lookup: NameResolver.Lookup = { _ in
                .success([IPAddress(bytes: [127, 0, 0, 1]), IPAddress(bytes: [224, 0, 0, 1])])
            }
            try await withClient(permitted: false, lookup: lookup) { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("GET", "http://mixed.test:\(server.port)/", isRepeatable: true))
                }
                #expect(error?.type == "refused")
                #expect(server.connectionCount == 0)
            }
        }
    }

    @Test func `the next address is tried when the first takes no connection`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("second"))]
        } body: { server in
            let lookup: NameResolver.Lookup = { _ in
                .success([IPAddress(bytes: [127, 0, 0, 9]), IPAddress(bytes: [127, 0, 0, 1])])
            }
            try await withClient(lookup: lookup) { client in
                let answer = try await client.send(
                    HTTPRequest("POST", "http://two.test:\(server.port)/", isRepeatable: false))
                #expect(answer.body == Array("second".utf8))
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a name without addresses is a dns error that nothing was sent for`() async throws {
        try await withClient { client in
            let error = try await connectorError {
                _ = try await client.send(HTTPRequest("POST", "http://nowhere.invalid/", isRepeatable: false))
            }
            #expect(error?.type == "dns" && error?.outcome == .refused && error?.isTransient == false)
        }
    }

    @Test func `a name server that hangs ends with the limit`() async throws {
        let gate = DispatchGate()
        let lookup: NameResolver.Lookup = { _ in
            gate.wait()
            return .success([IPAddress(bytes: [127, 0, 0, 1])])
        }
        try await withClient(limits: shortLimits { $0.connect = .milliseconds(50) }, lookup: lookup) { client in
            let error = try await connectorError {
                _ = try await client.send(HTTPRequest("GET", "http://slow.test/", isRepeatable: true))
            }
            gate.open()
            #expect(error?.type == "dns" && error?.isTransient == true)
        }
    }

    @Test func `nothing listens is a connection error that nothing was sent for`() async throws {
        let port = try SilentPort()
        try await withClient { client in
            let error = try await connectorError {
                _ = try await client.send(HTTPRequest("POST", "http://127.0.0.1:\(port.number)/", isRepeatable: false))
            }
            #expect(error?.type == "connection" && error?.outcome == .refused && error?.isTransient == true)
        }
    }
}
