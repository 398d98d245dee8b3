// A sandbox that runs for one test, and a plain client for it: bytes out, bytes in, nothing in between.

import JSONCore
import NIOCore
import NIOPosix
import Sandbox
import XML

/// A sandbox on free ports with its state in memory.
struct RunningSandbox: Sendable {
    let addresses: SandboxAddresses

    /// Runs `body` against a new sandbox and shuts it down.
    static func use<Result: Sendable>(_ body: @Sendable @escaping (RunningSandbox) async throws -> Result) async throws
        -> Result
    {
        let server = try SandboxServer()
        let (ready, announce) = AsyncStream<SandboxAddresses>.makeStream()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await server.run { announce.yield($0) }
                announce.finish()
                return nil
            }
            group.addTask {
                for await addresses in ready { return try await body(RunningSandbox(addresses: addresses)) }
                throw TestFailure("the sandbox ended before it was ready")
            }
            defer { group.cancelAll() }
            while let result = try await group.next() { if let result { return result } }
            throw TestFailure("no result")
        }
    }

    /// One request on a connection of its own; nil when the connection was closed without an answer.
    func send(
        _ method: String, _ path: String, _ body: String = "", headers: [String: String] = [:]
    ) async throws -> TestAnswer? {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(addresses.port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let request = head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
        let bytes = try await TestConnection.open(port: addresses.port) { connection in
            try await connection.write(request)
            return await connection.readToEnd()
        }
        return try TestAnswer(bytes)
    }

    static let keys: [String: [String: String]] = [
        "crm": ["X-API-Key": "demo-crm-key"],
        "hr": ["Authorization": "Basic Z2FsbGV5OmRlbW8taHItcGFzc3dvcmQ="],  // galley:demo-hr-password
        "erp": ["Authorization": "Basic Z2FsbGV5OmRlbW8tZXJwLXBhc3N3b3Jk"],  // galley:demo-erp-password
        "chat": ["Authorization": "Bearer demo-chat-token"],
    ]

    /// A request with the app's credentials, which is answered.
    func call(
        _ method: String, _ path: String, _ json: JSON? = nil, key: String? = nil
    ) async throws -> TestAnswer {
        var headers = Self.keys[String(path.split(separator: "/").first ?? "")] ?? [:]
        if let key { headers["Idempotency-Key"] = key }
        guard let answer = try await send(method, path, json?.compact ?? "", headers: headers) else {
            throw TestFailure("no answer to \(method) \(path)")
        }
        return answer
    }

    /// A SOAP operation; fields in order. The answer's body element.
    func soap(
        _ operation: String, _ fields: [(String, String)], key: String? = nil
    ) async throws -> (status: Int, body: XMLElement) {
        let namespace = "urn:galley:sandbox:erp"
        let envelope = "http://schemas.xmlsoap.org/soap/envelope/"
        let request = XMLElement(
            operation, namespace: namespace, prefix: "e",
            children: fields.map { .element(XMLElement($0.0, namespace: namespace, prefix: "e", text: $0.1)) })
        var parts: [XMLNode] = []
        if let key {
            let header = XMLElement("IdempotencyKey", namespace: namespace, prefix: "e", text: key)
            parts.append(.element(XMLElement("Header", namespace: envelope, prefix: "s", children: [.element(header)])))
        }
        parts.append(.element(XMLElement("Body", namespace: envelope, prefix: "s", children: [.element(request)])))
        let text = try XMLElement("Envelope", namespace: envelope, prefix: "s", children: parts).string()
        var headers = Self.keys["erp"] ?? [:]
        headers["Content-Type"] = "text/xml; charset=utf-8"
        guard let answer = try await send("POST", "/erp", text, headers: headers) else {
            throw TestFailure("no answer to \(operation)")
        }
        let root = try XMLElement.parse(answer.body)
        guard let body = root.at("Body")?.elements.first else { throw TestFailure("no body in the answer") }
        return (answer.status, body)
    }

    /// The ledger from its start.
    func ledger(_ query: String = "") async throws -> [JSON] {
        try await call("GET", "/control/ledger?limit=1000" + query).json["entries"]?.array ?? []
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// An HTTP answer in pieces.
struct TestAnswer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: String

    /// nil for no bytes at all.
    init?(_ bytes: [UInt8]) throws {
        if bytes.isEmpty { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { throw TestFailure("no end of the head in: \(text)") }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        guard let code = lines.first?.split(separator: " ").dropFirst().first, let status = Int(code) else {
            throw TestFailure("no status in: \(text)")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            if sides.count == 2 { headers[sides[0].lowercased()] = String(sides[1].drop { $0 == " " }) }
        }
        (self.status, self.headers, body) = (status, headers, String(text[end.upperBound...]))
    }

    var json: JSON { get throws { try JSON(parsing: body) } }
}

/// A TCP connection for as long as a closure runs.
final class TestConnection {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var held = ""

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        (self.inbound, self.outbound) = (inbound.makeAsyncIterator(), outbound)
    }

    static func open<Result: Sendable>(
        port: Int, _ body: (TestConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(TestConnection(inbound, outbound))
        }
    }

    func write(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Everything until the other side closes; a reset counts as the end.
    func readToEnd() async -> [UInt8] {
        var bytes: [UInt8] = []
        while let more = try? await inbound.next() { bytes += more.readableBytesView }
        return bytes
    }

    /// The next line without its CR LF; nil at the end.
    func readLine() async -> String? {
        while true {
            if let end = held.range(of: "\r\n") {
                defer { held = String(held[end.upperBound...]) }
                return String(held[..<end.lowerBound])
            }
            guard let more = try? await inbound.next() else { return nil }
            held += String(buffer: more)
        }
    }

    /// Sends a command and gives the last line of its reply.
    func command(_ text: String) async throws -> String {
        try await write(text + "\r\n")
        return try await reply()
    }

    func reply() async throws -> String {
        while let line = await readLine() {
            if line.dropFirst(3).first != "-" { return line }
        }
        throw TestFailure("the connection ended")
    }
}
