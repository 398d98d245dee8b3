// `logger.log`: what reaches the log.

import JSONCore
import Testing

struct LoggerConnectorTests {
    @Test(
        arguments: [
            (["message": "hello"], "info: hello"), (["message": "x", "level": "warning"], "warning: x"),
            (["message": "x", "data": ["a": 1]], "info: x {\"a\":1}"), (["message": ["a": 1]], "info: {\"a\":1}"),
            (["message": 12], "info: 12"),
            (["message": "a\nb\u{1B}[31mc\u{202E}d"], "info: a\\nb\\u{1b}[31mc\\u{202e}d"),
            (["message": "Grüße 🎉"], "info: Grüße 🎉"),
        ] as [(JSON, String)])
    func `writes one line without control characters`(input: JSON, line: String) async throws {
        let trial = try Trial()
        _ = try await trial.call("logger.log", input)
        #expect(trial.log.lines.withLock { $0 } == [line])
    }

    @Test func `gives the message back`() async throws {
        #expect(try await Trial().call("logger.log", ["message": "a\nb"]) == ["message": "a\nb"])
    }
}
