// AWS Signature Version 4 (AWS General Reference, "Create a signed AWS API request").

import Crypto
import JSONCore

/// Signs requests to AWS, and to systems that take the same signature.
struct AWSSignature {
    let accessKeyID: String
    let secretAccessKey: String
    let sessionToken: String?
    let service: String
    let region: String

    private static let algorithm = "AWS4-HMAC-SHA256"
    /// Said in place of a hash for a body that is never whole in memory; S3 takes it over TLS.
    private static let unsignedPayload = "UNSIGNED-PAYLOAD"
    /// Set or changed on the way by the client.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "user-agent", "accept-encoding", "content-length", "expect", "transfer-encoding",
    ]

    /// Members that say how; a connector may fix them.
    static let schemeMembers = ["service", "region"]

    private var isS3: Bool { service == "s3" }

    /// Adds `Authorization` and the `X-Amz-` headers that it covers.
    /// - Parameter seconds: the time of signing, since 1970.
    func sign(_ request: inout HTTPRequest, at seconds: Int64) async throws {
        guard let origin = HTTPOrigin(of: request.url) else {
            throw ConnectorError(type: "bad_input", "the address of the request can't be signed")
        }
        let time = BasicTime(seconds: seconds)
        let payload = try await payload(of: request)
        request.setHeader("X-Amz-Date", time.text)
        if let sessionToken { request.setHeader("X-Amz-Security-Token", sessionToken) }
        if isS3 { request.setHeader("X-Amz-Content-Sha256", payload) }
        var headers: [String: String] = ["host": origin.authority]
        for (name, value) in request.headers where !Self.unsigned.contains(name.lowercased()) {
            let name = name.lowercased()
            headers[name] = (headers[name].map { $0 + "," } ?? "") + Self.folded(value)
        }
        let names = headers.keys.sorted()
        let (path, query) = Self.parts(of: request.url)
        let canonical = [
            request.method.uppercased(), isS3 ? path : Self.encodedAgain(path), Self.canonicalQuery(query),
            names.map { "\($0):\(headers[$0] ?? "")\n" }.joined(), names.joined(separator: ";"), payload,
        ].joined(separator: "\n")
        let scope = "\(time.day)/\(region)/\(service)/aws4_request"
        let signed = [Self.algorithm, time.text, scope, Self.hex(SHA256.hash(data: Array(canonical.utf8)))]
            .joined(separator: "\n")
        var key = Array("AWS4\(secretAccessKey)".utf8)
        for part in [time.day, region, service, "aws4_request", signed] {
            key = Array(HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: SymmetricKey(data: key)))
        }
        request.setHeader(
            "Authorization",
            "\(Self.algorithm) Credential=\(accessKeyID)/\(scope), SignedHeaders=\(names.joined(separator: ";")), "
                + "Signature=\(Self.hex(key))")
    }

    private func payload(of request: HTTPRequest) async throws -> String {
        if isS3, request.upload != nil, request.url.lowercased().hasPrefix("https://") { return Self.unsignedPayload }
        return Self.hex(try await request.bodyHash())
    }

    /// The path as it is sent, and the query.
    private static func parts(of url: String) -> (path: String, query: Substring) {
        let bare = url.prefix { $0 != "#" }
        let rest = bare.firstRange(of: "://").map { bare[$0.upperBound...] } ?? bare
        let path = rest[(rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex)...].prefix { $0 != "?" }
        let query = bare.firstIndex(of: "?").map { bare[bare.index(after: $0)...] } ?? ""
        return (path.isEmpty ? "/" : String(path), query)
    }

    /// Except for S3 the path is encoded twice, and signed without `.`, `..` and slashes that follow another.
    private static func encodedAgain(_ path: String) -> String {
        var kept: [String] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(PercentEncoding.component(String(segment))) }
        }
        let end = path.hasSuffix("/") && !kept.isEmpty ? "/" : ""
        return "/" + kept.joined(separator: "/") + end
    }

    private static func canonicalQuery(_ query: Substring) -> String {
        var pairs: [(name: String, value: String)] = query.split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { PercentEncoding.component(PercentEncoding.decoded(String($0))) }
            return (sides[0], sides.count > 1 ? sides[1] : "")
        }
        pairs.sort { one, other in (one.name, one.value) < (other.name, other.value) }
        return pairs.map { $0.name + "=" + $0.value }.joined(separator: "&")
    }

    /// Without spaces at the ends, and one for several.
    private static func folded(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension AWSSignature {
    /// - Parameter scheme: the connector's `auth`, whose members win over the connection's.
    /// - Throws: `ConnectorError` of type `auth`: what is missing.
    init(_ connection: Connection, scheme: JSONObject) throws(ConnectorError) {
        func text(_ member: String) throws(ConnectorError) -> String? {
            guard let text = (scheme[member] ?? connection.credentials[member])?.string, !text.isEmpty else {
                return nil
            }
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw ConnectorError(
                    type: "auth",
                    "the connection \"\(connection.name)\" can't sign in: \"\(member)\" has a character in it that it can't have"
                )
            }
            return text
        }
        func required(_ member: String) throws(ConnectorError) -> String {
            guard let text = try text(member) else {
                throw ConnectorError(
                    type: "auth", "the connection \"\(connection.name)\" can't sign in: \"auth\" has no \"\(member)\"")
            }
            return text
        }
        (accessKeyID, secretAccessKey) = (try required("access_key_id"), try required("secret_access_key"))
        sessionToken = try text("session_token")
        (service, region) = (try required("service"), try required("region"))
    }
}

extension HTTPRequest {
    /// SHA-256 of the body, also of one that is read piece by piece.
    func bodyHash() async throws -> [UInt8] {
        var hash = SHA256()
        guard let upload else { return Array(SHA256.hash(data: body)) }
        var offset = 0
        while offset < upload.sizeBytes {
            let piece = try await upload.read(offset)
            guard !piece.isEmpty else { break }
            hash.update(data: piece)
            offset += piece.count
        }
        return Array(hash.finalize())
    }
}

extension HTTPOrigin {
    /// As in the header `Host`: without the scheme's own port.
    var authority: String { host + (port == (isSecure ? 443 : 80) ? "" : ":\(port)") }
}
