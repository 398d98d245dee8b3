// Cookies of a job: what goes back, to whom, and until when.

import ConnectorKit
import Testing

struct JobCookiesTests {
    private func sent(
        _ cookies: JobCookies, _ url: String, connection: String = "shop", own: String? = nil
    ) -> String? {
        var request = HTTPRequest("POST", url, isRepeatable: false)
        if let own { request.setHeader("Cookie", own) }
        cookies.add(to: &request, connection: connection)
        return request.header("cookie")
    }

    private func keep(
        _ cookies: JobCookies, _ set: [String], from url: String = "https://a.example/x/y", date: String? = nil
    ) {
        var headers = set.map { (name: "set-cookie", value: $0) }
        if let date { headers.append((name: "date", value: date)) }
        cookies.keep(HTTPAnswer(status: 200, headers: headers, body: [], url: url), connection: "shop")
    }

    @Test func `a cookie goes back to where it came from, over the same connection, and nowhere else`() {
        let cookies = JobCookies()
        keep(cookies, ["sid=1; HttpOnly; Domain=.example"])
        #expect(sent(cookies, "https://a.example/x/z?q=1") == "sid=1")
        #expect(sent(cookies, "https://a.example/x", own: "k=v") == "k=v; sid=1")
        for other in [
            "https://b.example/x/z", "http://a.example/x/z", "https://a.example:8443/x/z", "https://a.example/w",
        ] {
            #expect(sent(cookies, other) == nil)
        }
        #expect(sent(cookies, "https://a.example/x/z", connection: "other") == nil)
    }

    @Test func `a later value takes the earlier one's place, and a cookie that is over is dropped`() {
        let cookies = JobCookies()
        keep(cookies, ["a=1; Path=/", "b=2; path=/x", "c=3; Path=/"])
        keep(cookies, ["a=4; Path=/"])
        #expect(sent(cookies, "https://a.example/x/y") == "b=2; c=3; a=4")
        #expect(sent(cookies, "https://a.example/xy") == "c=3; a=4")
        keep(cookies, ["a=; Path=/; Max-Age=0", "c=; Path=/; Expires=Thu, 01-Jan-1970 00:00:01 GMT"])
        keep(
            cookies, ["d=5; Expires=Fri, 27 Nov 2026 10:00:00 GMT; Path=/"], date: "Fri, 27 Nov 2026 09:00:00 GMT")
        #expect(sent(cookies, "https://a.example/x/y") == "b=2; d=5")
    }

    @Test(arguments: [
        "", "novalue", "=x", "a=b c", "a=b\u{1}", "a\u{e4}=b", "a=" + String(repeating: "x", count: 5_000),
    ])
    func `what could be read as something else is not kept`(text: String) {
        let cookies = JobCookies()
        keep(cookies, [text])
        #expect(sent(cookies, "https://a.example/x/y") == nil)
    }

    @Test func `the oldest give way when there are too many`() {
        let cookies = JobCookies()
        for number in 0..<80 { keep(cookies, ["c\(number)=1"]) }
        let pairs = sent(cookies, "https://a.example/x/y")?.split(separator: ";") ?? []
        #expect(pairs.count == 50 && pairs.first == "c30=1")
    }
}
