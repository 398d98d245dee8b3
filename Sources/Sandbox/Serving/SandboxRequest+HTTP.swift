// Reads a whole HTTP request into the form the apps work with.

import HTTPTypes
import Hummingbird
import NIOCore

extension SandboxRequest {
    /// - Throws: a 413 for a body above `longestBody`, a 400 for a path with broken percent signs.
    init(_ request: Request, longestBody: Int) async throws {
        var buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: longestBody)
        } catch is NIOTooManyBytesError {
            throw Refusal(413, "too_large", "the body is longer than \(longestBody) bytes")
        }
        method = request.method.rawValue
        body = buffer.readBytes(length: buffer.readableBytes) ?? []
        headers =
            [("host", request.head.authority ?? "127.0.0.1")]
            + request.headers.map { ($0.name.canonicalName, $0.value) }
        let target = request.head.path ?? "/"
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        segments = try (halves.first ?? "").split(separator: "/").map { segment in
            guard let text = PercentEncoding.decode(segment, plusIsSpace: false) else {
                throw Refusal(400, "bad_path", "the path is not well percent-encoded")
            }
            return text
        }
        query = try (halves.count == 2 ? halves[1] : "").split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(sides[0], plusIsSpace: true),
                let value = PercentEncoding.decode(sides.count == 2 ? sides[1] : "", plusIsSpace: true)
            else { throw Refusal(400, "bad_path", "the query is not well percent-encoded") }
            return (name, value)
        }
    }
}

/// Percent-encoding (RFC 3986 §2.1).
enum PercentEncoding {
    /// nil for a `%` without two hexadecimal digits, or when the bytes are not UTF-8.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let digits = String(validating: rest.prefix(2), as: UTF8.self),
                    digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
