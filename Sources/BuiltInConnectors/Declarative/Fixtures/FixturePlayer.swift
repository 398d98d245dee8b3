// Plays a fixture's exchanges: holds each request against the expected one and gives the recorded answer.

import ConnectorKit
import JSONCore
import Synchronization

/// An HTTP client that knows one fixture and no network.
final class FixturePlayer: HTTPClient {
    private struct State {
        var next = 0
        var differences: [String] = []
    }
    private let state = Mutex(State())
    private let exchanges: [Fixture.Exchange]

    private let makeBody: MultipartMaker

    /// The body that a list of parts makes in the fixture's call.
    typealias MultipartMaker = @Sendable (_ parts: [JSON]) async throws -> MultipartBody

    init(_ exchanges: [Fixture.Exchange], makeBody: @escaping MultipartMaker) {
        (self.exchanges, self.makeBody) = (exchanges, makeBody)
    }

    /// What was not as expected so far, exchanges that were never asked for included.
    var differences: [String] {
        state.withLock { state in
            guard state.next < exchanges.count else { return state.differences }
            let missing = exchanges[state.next...].map { "\($0.method) \($0.url)" }
            return state.differences + ["requests that were never sent: \(missing.joined(separator: ", "))"]
        }
    }

    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let next = state.withLock { exchanges.indices.contains($0.next) ? exchanges[$0.next] : nil }
        if let parts = next?.multipart {
            let expected = try await makeBody(parts)
            let difference = Self.difference(request, expected)
            state.withLock { state in
                state.differences += difference.map { ["exchanges[\(state.next)].request: \($0)"] } ?? []
            }
        }
        let answer = state.withLock { state -> HTTPAnswer? in
            guard state.next < exchanges.count else {
                state.differences.append("one request more than the fixture has: \(request.method) \(request.url)")
                return nil
            }
            let exchange = exchanges[state.next]
            let name = "exchanges[\(state.next)].request"
            state.next += 1
            state.differences += Self.differences(of: request, from: exchange).map { "\(name): \($0)" }
            return exchange.httpAnswer
        }
        guard let answer else {
            throw ConnectorError(type: "fixture", "the fixture has no answer for \(request.method) \(request.url)")
        }
        return answer
    }

    private static func differences(of request: HTTPRequest, from exchange: Fixture.Exchange) -> [String] {
        var found: [String] = []
        if request.method != exchange.method {
            found.append("the method is \(request.method), the fixture has \(exchange.method)")
        }
        let (sent, expected) = (AddressParts(request.url), AddressParts(exchange.url))
        if sent.base != expected.base { found.append("the address is \(sent.base), the fixture has \(expected.base)") }
        if sent.query != expected.query {
            let (surplus, lacking) = (
                sent.query.filter { !expected.query.contains($0) }, expected.query.filter { !sent.query.contains($0) }
            )
            let parts = [
                surplus.isEmpty ? nil : "has \(surplus.joined(separator: "&")) too much",
                lacking.isEmpty ? nil : "lacks \(lacking.joined(separator: "&"))",
            ].compactMap { $0 }
            found.append("the query " + (parts.isEmpty ? "repeats a parameter" : parts.joined(separator: " and ")))
        }
        for header in exchange.headers {
            let sent = request.header(header.key)
            let expected = header.value.isNull ? nil : header.value.scalarText ?? header.value.compact
            if sent != expected {
                found.append(
                    "the header \(header.key) is \(sent.map { "\"\($0)\"" } ?? "missing"), the fixture has "
                        + (expected.map { "\"\($0)\"" } ?? "none"))
            }
        }
        return found + bodyDifferences(of: request, from: exchange)
    }

    private static func difference(_ request: HTTPRequest, _ expected: MultipartBody) -> String? {
        guard request.body != expected.bytes else { return nil }
        let sent = String(decoding: request.body.prefix(400), as: UTF8.self)
        let wanted = String(decoding: expected.bytes.prefix(400), as: UTF8.self)
        return "the parts are \"\(sent)\", the fixture has \"\(wanted)\""
    }

    private static func bodyDifferences(of request: HTTPRequest, from exchange: Fixture.Exchange) -> [String] {
        if exchange.multipart != nil { return [] }  // compared before: its files have to be read
        if let json = exchange.json {
            guard let sent = try? JSON(parsing: request.body) else {
                return [request.body.isEmpty ? "there is no body, the fixture has one" : "the body is not JSON"]
            }
            return ValueDifference.all(sent, expected: json).map { "the body: \($0)" }
        }
        let sent = String(decoding: request.body, as: UTF8.self)
        if let text = exchange.text {
            return sent == text ? [] : ["the body is \"\(sent.prefix(200))\", the fixture has \"\(text.prefix(200))\""]
        }
        if let xml = exchange.xml { return XMLDifference.all(request.body, expected: Array(xml.utf8)) }
        if let form = exchange.form {
            var expected: [String] = []
            for entry in form {
                for value in entry.value.array ?? [entry.value] {
                    let pair = PercentEncoding.form([(entry.key, value.scalarText ?? value.compact)])
                    expected.append(pair.replacing("+", with: "%20"))
                }
            }
            // A space is + or %20; a plus sign itself is %2B.
            let parts = sent.replacing("+", with: "%20").split(separator: "&").map(String.init).sorted()
            return parts == expected.sorted()
                ? []
                : [
                    "the form is \(parts.joined(separator: "&")), the fixture has \(expected.sorted().joined(separator: "&"))"
                ]
        }
        return request.body.isEmpty ? [] : ["there is a body (\(sent.prefix(200))), the fixture has none"]
    }

    /// An address without its query, and the query's parts in a fixed order.
    private struct AddressParts {
        let base: String
        let query: [String]

        init(_ url: String) {
            let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            base = String(parts.first ?? "")
            query = parts.count > 1 ? parts[1].split(separator: "&").map(String.init).sorted() : []
        }
    }
}
