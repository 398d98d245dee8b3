// What a request must look like before anything is sent.

import ConnectorKit
import NIOHTTP1

/// Checks and completes the headers and the method of a request.
enum RequestRules {
    /// Set by the client itself, or a way around its rules.
    static let ownHeaders: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect",
        "proxy-authorization", "proxy-connection", "proxy-authenticate",
    ]
    /// What still goes along when a redirect leads to another origin.
    static let harmlessHeaders: Set<String> = [
        "accept", "accept-encoding", "accept-language", "cache-control", "user-agent",
    ]
    /// Describe the body, and go along where the body does.
    static let bodyHeaders: Set<String> = ["content-type", "content-language", "content-encoding"]

    /// - Throws: `ConnectorError` of type `bad_input`.
    static func method(_ text: String) throws(ConnectorError) -> HTTPMethod {
        let method = text.uppercased()
        guard !method.isEmpty, method.utf8.count <= 32,
            method.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == 0x2D })
        else { throw ConnectorError(type: "bad_input", "the method must be a word like GET or POST") }
        guard method != "CONNECT", method != "TRACE" else {
            throw ConnectorError(type: "bad_input", "the method \(method) is not allowed")
        }
        return HTTPMethod(rawValue: method)
    }

    /// The headers to send; `Accept-Encoding`, `Accept` and `User-Agent` are added.
    static func headers(
        _ given: [(name: String, value: String)], url: TargetURL, limits: OutboundLimits
    ) throws(ConnectorError) -> HTTPHeaders {
        func wrong(_ why: String) -> ConnectorError { ConnectorError(type: "bad_input", why) }
        var headers = HTTPHeaders()
        var total = url.text.utf8.count
        var names = Set<String>()
        for (name, value) in given {
            guard !name.isEmpty, name.utf8.allSatisfy(isToken) else {
                throw wrong(
                    "a header's name is empty or has a character that is not allowed (letters, digits and \"-\" are)")
            }
            // From here on the name is safe to show; the value never is.
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw wrong("the header \"\(name)\" has a control character or a line break in its value")
            }
            let lower = name.lowercased()
            guard !ownHeaders.contains(lower) else { throw wrong("the header \"\(name)\" is set by galley itself") }
            if lower == "accept-encoding" {
                let known = ["gzip", "x-gzip", "deflate", "identity"]
                let codings = value.lowercased().split(separator: ",").map { String($0.filter { $0 != " " }) }
                guard codings.allSatisfy({ known.contains($0) }) else {
                    throw wrong("\"Accept-Encoding\" can be gzip, deflate or identity: other codings can't be decoded")
                }
            }
            let size = name.utf8.count + value.utf8.count
            guard size <= limits.headerBytes else {
                throw wrong("the header \"\(name)\" is longer than \(limits.headerBytes) bytes")
            }
            total += size + 4
            names.insert(lower)
            headers.add(name: name, value: value)
        }
        guard total <= limits.headersBytes else {
            throw wrong("the headers and the URL are longer than \(limits.headersBytes) bytes")
        }
        if !names.contains("accept-encoding") { headers.add(name: "Accept-Encoding", value: "gzip, deflate") }
        if !names.contains("accept") { headers.add(name: "Accept", value: "*/*") }
        if !names.contains("user-agent") { headers.add(name: "User-Agent", value: "galley") }
        return headers
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
