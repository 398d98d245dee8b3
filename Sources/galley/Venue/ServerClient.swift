// Calls of a server's REST API: one request, one answer or a stream of lines, and every failure as a sentence.

import ConnectorKit
import Engine
import Foundation
import GalleyServer
import JSONCore
import OutboundHTTP

/// A server elsewhere. Redirects are not followed: the token is for one address.
final class ServerClient: Sendable {
    private let address: ServerAddress
    private let token: String?
    private let permissions: NetworkPermissions
    private let client: OutboundClient

    init(_ address: ServerAddress, token: String?, certificateAuthority: String?) {
        (self.address, self.token) = (address, token)
        var permissions = NetworkPermissions()
        // Whoever types the address means it, also when it is in the same house.
        permissions.privateAddresses = true
        permissions.maximumAnswerBytes = 256 << 20
        let folder = FileManager.default.currentDirectoryPath
        permissions.certificateAuthority = certificateAuthority.map {
            $0.hasPrefix("/") ? $0 : folder + "/" + $0
        }
        self.permissions = permissions
        client = OutboundClient(policy: NetworkPolicy(permissions: permissions, folder: folder), logger: .quiet)
    }

    func close() async { await client.shutdown() }

    typealias Query = [(name: String, value: String?)]

    /// One call.
    /// - Parameter path: the segments below `/api/v1`.
    /// - Throws: `OwnerFailure`.
    func call(_ method: String, _ path: [String], query: Query = [], body: JSON? = nil) async throws -> JSON {
        let answer = try await send(request(method, path, query, body))
        guard let json = try? JSON(parsing: answer.body) else { throw stranger(answer) }
        return json
    }

    func get(_ path: [String], query: Query = []) async throws -> JSON {
        try await call("GET", path, query: query)
    }

    /// Gives each line of an answer as it comes.
    /// - Throws: `OwnerFailure`.
    func lines(_ path: [String], query: Query = [], _ emit: @escaping @Sendable (String) -> Void) async throws {
        var request = request("GET", path, query, nil)
        // A job may run for hours.
        request.timeout = 86_400
        let lines = LineBuffer(emit)
        request.download = HTTPDownload(takes: { $0.status == 200 }, write: { await lines.add($0) })
        _ = try await send(request)
        await lines.end()
    }

    private func request(_ method: String, _ path: [String], _ query: Query, _ body: JSON?) -> HTTPRequest {
        let fields = query.compactMap { name, value in value.map { "\(name)=\(Self.encoded($0))" } }
        let url =
            address.base + "/api/v1/" + path.map(Self.encoded).joined(separator: "/")
            + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
        var headers = [(name: "Accept", value: "application/json")]
        if let token { headers.append((name: "Authorization", value: "Bearer " + token)) }
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        var request = HTTPRequest(
            method, url, headers: headers, body: body?.compactBytes ?? [], isRepeatable: method == "GET",
            permissions: permissions)
        request.redirects = 0
        return request
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let answer: HTTPAnswer
        do {
            answer = try await client.send(request)
        } catch let error as ConnectorError {
            throw OwnerFailure(
                kind: "gone",
                "\(address.base) did not answer: "
                    + error.message.replacing(CertificateAdvice.words, with: "name its file with --server-ca FILE")
                    + (error.outcome == .unknown && request.method != "GET"
                        ? "; whether it did what was asked is not known" : ""))
        }
        guard let version = answer.header(APIRoutes.versionHeader) else { throw stranger(answer) }
        guard version == APIRoutes.version else {
            throw OwnerFailure(
                kind: "gone",
                "the server speaks version \(printable(String(version.prefix(20)))) of the API and this galley version \(APIRoutes.version): use a galley of the server's version"
            )
        }
        guard answer.status >= 300 else { return answer }
        throw failure(answer)
    }

    private func stranger(_ answer: HTTPAnswer) -> OwnerFailure {
        if (300..<400).contains(answer.status), let place = answer.header("Location") {
            return OwnerFailure(
                kind: "gone",
                "\(address.base) sends on to \(place.prefix(200)), which is not followed, as the token is for one address: name the server's own address"
            )
        }
        return OwnerFailure(
            kind: "gone",
            "no Galley server answers at \(address.base) (HTTP \(answer.status)): check the address; a proxy in front of it must pass /api/v1/ on"
        )
    }

    private func failure(_ answer: HTTPAnswer) -> OwnerFailure {
        let problem = try? JSON(parsing: answer.body)
        let detail = problem?["detail"]?.string ?? "the server answered with HTTP \(answer.status)"
        switch answer.status {
        case 300..<400: return stranger(answer)
        case 401:
            return OwnerFailure(
                kind: "denied",
                token == nil
                    ? "the server wants a token: put one into GALLEY_TOKEN, or into a file for --token-file; an admin makes one with `galley tokens add`"
                    : "the server does not take this token: it is wrong, has expired or was revoked; an admin makes a new one with `galley tokens add`"
            )
        case 403: return OwnerFailure(kind: "denied", "the server refuses it: \(detail)")
        case 404 where detail == "there is nothing at this address":
            return OwnerFailure(kind: "gone", "the server does not know this request: it is older than this galley")
        case 404: return OwnerFailure(kind: "no_such_job", detail)
        case 429, 502...504: return OwnerFailure(kind: "full", detail)
        case 400..<500:
            let mistakes = (problem?["mistakes"]?.array ?? []).dropFirst().prefix(20)
            let lines = mistakes.compactMap { $0["message"]?.string }.map { "\n  " + $0 }
            return OwnerFailure(kind: "refused", detail + lines.joined())
        default: return OwnerFailure(kind: "internal", "the server failed: \(detail)")
        }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

/// Bytes as lines.
private actor LineBuffer {
    private let emit: @Sendable (String) -> Void
    private var rest: [UInt8] = []

    init(_ emit: @escaping @Sendable (String) -> Void) { self.emit = emit }

    func add(_ bytes: [UInt8]) {
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            emit(String(decoding: rest + bytes[start..<end], as: UTF8.self))
            rest = []
            start = end + 1
        }
        rest += bytes[start...]
    }

    func end() {
        if !rest.isEmpty { emit(String(decoding: rest, as: UTF8.self)) }
        rest = []
    }
}
