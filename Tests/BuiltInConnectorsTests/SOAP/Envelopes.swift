// Envelopes and answers for the tests of `soap.call`.

import ConnectorKit

/// Envelopes as a service would send them.
enum Envelopes {
    static let v11 = "http://schemas.xmlsoap.org/soap/envelope/"
    static let v12 = "http://www.w3.org/2003/05/soap-envelope"

    static func around(_ body: String, _ namespace: String = v11, header: String = "") -> String {
        "<?xml version=\"1.0\"?>\n<S:Envelope xmlns:S=\"\(namespace)\">\(header)<S:Body>\(body)</S:Body></S:Envelope>"
    }

    static func answer(_ text: String, status: Int = 200, type: String = "text/xml; charset=utf-8") -> HTTPAnswer {
        HTTPAnswer(
            status: status, headers: [("content-type", type)], body: Array(text.utf8), url: "https://erp.example/soap")
    }

    static func client(_ text: String, status: Int = 200, type: String = "text/xml; charset=utf-8") -> StubClient {
        StubClient { _, _ in answer(text, status: status, type: type) }
    }
}
