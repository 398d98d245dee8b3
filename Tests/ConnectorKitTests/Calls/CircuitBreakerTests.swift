// The breaker, and what an answer says about the next call.

import JSONCore
import Synchronization
import Testing

@testable import ConnectorKit

struct CircuitBreakerTests {
    private static let start = ContinuousClock.now

    private static func isOpen(_ breaker: CircuitBreaker, after seconds: Int) -> Bool {
        do { try breaker.enter("sys", now: start + .seconds(seconds)) } catch { return true }
        return false
    }

    @Test func `opens after failures in a row, lets one call try, and leaves the system alone for longer each time`() {
        let breaker = CircuitBreaker()
        var settings = BreakerSettings()
        settings.failures = 3
        for _ in 0..<2 { breaker.leave(.isDown("no way"), settings, now: Self.start) }
        breaker.leave(.works, settings, now: Self.start)
        for _ in 0..<3 {
            #expect(!Self.isOpen(breaker, after: 0))
            breaker.leave(.isDown("no way"), settings, now: Self.start)
        }
        #expect(Self.isOpen(breaker, after: 29))
        // One tries, the others are still refused.
        #expect(!Self.isOpen(breaker, after: 31))
        #expect(Self.isOpen(breaker, after: 31))
        breaker.leave(.isDown("no way"), settings, now: Self.start + .seconds(31))
        #expect(Self.isOpen(breaker, after: 31 + 59))
        #expect(!Self.isOpen(breaker, after: 31 + 61))
        // A try that shows nothing leaves the next one to another.
        breaker.leave(.unknown, settings, now: Self.start + .seconds(92))
        #expect(!Self.isOpen(breaker, after: 92))
        breaker.leave(.works, settings, now: Self.start + .seconds(93))
        #expect(!Self.isOpen(breaker, after: 93) && !Self.isOpen(breaker, after: 93))
    }

    @Test func `the refusal can be tried again, says why and when, and nothing was sent`() {
        let breaker = CircuitBreaker()
        for _ in 0..<10 { breaker.leave(.isDown("nothing listens at that port"), BreakerSettings(), now: Self.start) }
        let error = #expect(throws: ConnectorError.self) {
            try breaker.enter("the connection \"crm\"", now: Self.start)
        }
        #expect(error?.type == "unavailable" && error?.isTransient == true && error?.outcome == .refused)
        #expect(error?.retryAfter == 31)
        #expect(error?.message.contains("crm") == true && error?.message.contains("nothing listens") == true)
    }

    @Test func `one that is off never opens`() {
        let breaker = CircuitBreaker()
        var settings = BreakerSettings()
        settings.isOn = false
        for _ in 0..<100 { breaker.leave(.isDown("a"), settings, now: Self.start) }
        #expect(!Self.isOpen(breaker, after: 0))
    }

    struct Wait: Sendable {
        let status: Int
        let headers: String
        let seconds: Double?

        init(_ status: Int, _ headers: String, _ seconds: Double?) {
            (self.status, self.headers, self.seconds) = (status, headers, seconds)
        }
    }

    static let waits: [Wait] = [
        Wait(502, "", nil), Wait(429, "retry-after: 7", 7), Wait(503, "retry-after: 3", 3),
        Wait(200, "retry-after: 3", nil), Wait(200, "x-ratelimit-remaining: 0|x-ratelimit-reset: 20", 20),
        Wait(200, "x-ratelimit-remaining: 5|x-ratelimit-reset: 20", nil), Wait(429, "x-ratelimit-reset: 20", 20),
        Wait(200, "ratelimit: limit=10, remaining=0, reset=9", 9), Wait(200, "ratelimit: \"default\";r=0;t=30", 30),
        Wait(200, "ratelimit: \"default\";r=4;t=30", nil),
        Wait(429, "x-rate-limit-reset: 1440938190|date: Sun, 30 Aug 2015 12:36:00 GMT", 30),
        Wait(429, "x-ratelimit-reset: 1440938190000|date: Sun, 30 Aug 2015 12:36:00 GMT", 30),
        Wait(429, "x-ratelimit-reset: 99999999999|date: Sun, 30 Aug 2015 12:36:00 GMT", 86_400),
        Wait(429, "x-ratelimit-reset: soon", nil), Wait(429, "x-ratelimit-reset: -5", nil),
        Wait(429, "x-ratelimit-reset: nan", nil), Wait(429, "", nil),
    ]

    @Test(arguments: waits) func `the wait that an answer asks for is read`(wait: Wait) {
        let headers = wait.headers.split(separator: "|").map { line in
            let sides = line.split(separator: ":", maxSplits: 1)
            return (name: String(sides[0]), value: String(sides[1].dropFirst()))
        }
        let answer = HTTPAnswer(status: wait.status, headers: headers, body: [], url: "")
        #expect(RateLimitHeaders.wait(answer) == wait.seconds)
    }

    /// Answers in turn, and counts.
    private final class Answers: HTTPClient {
        private let left: Mutex<[HTTPAnswer?]>
        let count = Mutex(0)
        init(_ answers: [HTTPAnswer?]) { left = Mutex(answers) }
        func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
            count.withLock { $0 += 1 }
            let next = left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let next else { throw ConnectorError(type: "connection", "nothing listens", isTransient: true) }
            return next
        }
    }

    private static func answer(_ status: Int, _ headers: [(name: String, value: String)] = []) -> HTTPAnswer {
        HTTPAnswer(status: status, headers: headers, body: [], url: "")
    }

    private static let request = HTTPRequest("GET", "https://a.example", isRepeatable: true)

    @Test func `all calls of a connection heed what one was told`() async throws {
        let shared = SharedConnection()
        let client = Answers([Self.answer(429, [("retry-after", "100")]), Self.answer(200)])
        #expect(try await shared.send(Self.request, "crm", CallLimits(), through: client).status == 429)
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await shared.send(Self.request, "crm", CallLimits(), through: client)
        }
        #expect(error?.type == "rate_limited" && error?.isTransient == true)
        #expect((99...101).contains(error?.retryAfter ?? 0))
        #expect(client.count.withLock { $0 } == 1)
    }

    @Test func `a system that is down is left alone by all calls`() async throws {
        let shared = SharedConnection()
        let client = Answers([])
        for number in 1...30 {
            let error = await #expect(throws: ConnectorError.self) {
                _ = try await shared.send(Self.request, "crm", CallLimits(), through: client)
            }
            #expect(error?.type == (number <= 10 ? "connection" : "unavailable"))
        }
        #expect(client.count.withLock { $0 } == 10)
    }

    @Test func `an error inside the system doesn't open the breaker`() async throws {
        let shared = SharedConnection()
        let client = Answers(Array(repeating: Self.answer(500), count: 40))
        for _ in 0..<40 { _ = try await shared.send(Self.request, "crm", CallLimits(), through: client) }
        #expect(client.count.withLock { $0 } == 40)
    }
}
