// Connect on the page of a connection: to the other system and back, once, by the same person.

import ConnectorKit
import Engine
import Foundation
import JSONCore
import Testing

@testable import GalleyServer

struct ConnectionSignInTests {
    /// Gives a token for every code.
    private struct TokenAddress: HTTPClient {
        func send(_ request: ConnectorKit.HTTPRequest) async throws -> HTTPAnswer {
            let body = String(decoding: request.body, as: UTF8.self)
            guard body.contains("code=good") else {
                return HTTPAnswer(status: 400, headers: [], body: Array(#"{"error":"invalid_grant"}"#.utf8), url: "")
            }
            return HTTPAnswer(
                status: 200, headers: [], body: Array(#"{"access_token":"t","refresh_token":"r"}"#.utf8), url: "")
        }
    }

    private static let connection = Connection(
        name: "shop", connector: "sys", settings: [:],
        credentials: [
            "type": "oauth2", "grant": "authorization_code", "client_id": "me",
            "token_url": "https://login.example/token", "authorize_url": "https://login.example/authorize?x=1",
        ])

    private static func view() -> WorkspaceView {
        var view = WorkspaceView(
            connections: {
                [
                    .init(name: "shop", connector: "sys", problem: "nobody has signed in", signsInByBrowser: true),
                    .init(name: "plain", connector: "sys", problem: nil),
                ]
            })
        view.beginSignIn = { name, redirect in
            guard name == "shop" else { throw ConnectorError(type: "auth", "\(name) signs in without a browser") }
            return try AuthorizationRequest(OAuthSettings(connection, scheme: [:]), redirect: redirect)
        }
        view.finishSignIn = { begun, answer in
            try await begun.finish(answer, of: connection, through: TokenAddress())
        }
        return view
    }

    /// The address that a page goes on to.
    private static func next(_ page: String) throws -> String {
        let start = try #require(page.range(of: "<a href=\"")?.upperBound)
        return page[start...].prefix { $0 != "\"" }.replacingOccurrences(of: "&amp;", with: "&")
    }

    @Test func `leads to the other system and back, and the answer is good once`() async throws {
        let configure: (inout ServerConfiguration) -> Void = { ($0.isOpen, $0.workspace) = (true, Self.view()) }
        try await ServerBed.use([:], configure: configure) { bed in
            let page = try await bed.get("/connections/shop").body
            #expect(page.contains("/connections/shop/connect") && page.contains("http://test/oauth/callback"))
            #expect(try await !bed.get("/connections/plain").body.contains("/connect\""))
            let begun = try await bed.form("/connections/shop/connect", "")
            #expect(begun.status == 200)
            let address = try #require(URLComponents(string: Self.next(begun.body)))
            let query = Dictionary(
                (address.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
            #expect(address.host == "login.example" && query["x"] == "1" && query["response_type"] == "code")
            #expect(query["redirect_uri"] == "http://test/oauth/callback")
            #expect(query["code_challenge_method"] == "S256" && query["code_challenge"]?.count == 43)
            let state = try #require(query["state"])
            // A page of ours in between, so that the session's cookie comes along.
            let back = try await bed.get("/oauth/callback?code=good&state=\(state)")
            #expect(back.status == 200)
            let finish = try Self.next(back.body)
            #expect(finish == "/oauth/finish?code=good&state=\(state)")
            let forged = (state.hasPrefix("x") ? "y" : "x") + state.dropFirst()
            #expect(try await bed.get("/oauth/finish?code=good&state=\(forged)").status == 400)
            let done = try await bed.get(finish)
            #expect(done.status == 303 && done.header("location") == "/connections/shop?notice=connected")
            #expect(try await bed.get(finish).status == 400)
        }
    }

    @Test func `a no of the person or of the server is shown on the connection's page`() async throws {
        let configure: (inout ServerConfiguration) -> Void = { ($0.isOpen, $0.workspace) = (true, Self.view()) }
        try await ServerBed.use([:], configure: configure) { bed in
            for (answer, says) in [
                ("error=access_denied", "access was not allowed"), ("code=bad", "invalid_grant"),
                ("error=%3Cscript%3E", "the sign-in failed: &lt;script&gt;"),
            ] {
                let begun = try Self.next(try await bed.form("/connections/shop/connect", "").body)
                let state = try #require(
                    URLComponents(string: begun)?.queryItems?.first { $0.name == "state" }?.value)
                let shown = try await bed.get("/oauth/finish?\(answer)&state=\(state)")
                #expect(shown.status == 422 && shown.body.contains(says), "\(answer)")
            }
            let refused = try await bed.form("/connections/plain/connect", "")
            #expect(refused.status == 422 && refused.body.contains("without a browser"))
            #expect(try await bed.form("/connections/none/connect", "").status == 404)
            #expect(try await bed.get("/oauth/callback").status == 400)
        }
    }

    @Test func `a sign-in belongs to who began it, and is over after one use`() throws {
        let pending = PendingSignIns()
        let request = try AuthorizationRequest(OAuthSettings(Self.connection, scheme: [:]), redirect: "http://a/b")
        pending.add(request, by: "ada")
        #expect(pending.take(request.state, by: "eve") == nil)
        #expect(pending.take(request.state, by: "ada")?.state == request.state)
        #expect(pending.take(request.state, by: "ada") == nil)
    }
}
