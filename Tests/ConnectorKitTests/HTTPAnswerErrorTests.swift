// What a refusal says about the sign-in.

import Testing

@testable import ConnectorKit

struct HTTPAnswerErrorTests {
    @Test(arguments: [
        (
            403, #"Bearer realm="x", error="insufficient_scope", scope="orders.write""#,
            "it lacks the scope orders.write"
        ),
        (403, #"Bearer error="insufficient_scope""#, "it lacks a scope"), (403, #"Bearer error="invalid_token""#, nil),
        (404, #"Bearer error="insufficient_scope""#, nil as String?),
        (403, "Bearer error=\"insufficient_scope\", scope=\"a\u{1B}[2J\"", "it lacks a scope"),
    ])
    func `a scope that is missing is named`(status: Int, challenge: String, says: String?) {
        let answer = HTTPAnswer(status: status, headers: [("www-authenticate", challenge)], body: [], url: "")
        let message = answer.error(isRepeatable: true)?.message ?? ""
        #expect(message.contains("lacks") == (says != nil))
        if let says { #expect(message.hasSuffix(says)) }
    }
}
