// The pages for whoever has not signed in: plain markup, styled by /assets/galley.css.

enum AccessPages {
    static func signIn(next: String, hasUsers: Bool, mistake: String? = nil) -> String {
        guard hasUsers else {
            return notice("There are no users yet. Open the link that `galley serve` printed when it started.")
        }
        return page(
            "Sign in",
            """
            \(alert(mistake))<form method="post" action="/sign-in">
            <input type="hidden" name="next" value="\(escaped(next))">
            <label>Name <input name="name" autocomplete="username" required autofocus></label>
            <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
            <button class="primary">Sign in</button>
            </form>
            """)
    }

    static func setup(token: String, mistake: String? = nil) -> String {
        page(
            "Welcome to Galley",
            """
            <p>This makes the first user, an admin.</p>
            \(alert(mistake))<form method="post" action="/setup">
            <input type="hidden" name="token" value="\(escaped(token))">
            <label>Name <input name="name" autocomplete="username" required autofocus></label>
            \(newPassword)
            <button class="primary">Begin</button>
            </form>
            """)
    }

    static func invitation(name: String, token: String, mistake: String? = nil) -> String {
        page(
            "Welcome to Galley",
            """
            <p>You are invited as <strong>\(escaped(name))</strong>. Choose a password.</p>
            \(alert(mistake))<form method="post" action="/invitation">
            <input type="hidden" name="token" value="\(escaped(token))">
            <input type="hidden" name="name" autocomplete="username" value="\(escaped(name))">
            \(newPassword)
            <button class="primary">Begin</button>
            </form>
            """)
    }

    private static let newPassword = """
        <label>Password, at least 12 characters
        <input name="password" type="password" autocomplete="new-password" minlength="12" required></label>
        <label>Password again
        <input name="again" type="password" autocomplete="new-password" minlength="12" required></label>
        """

    static func notice(_ sentence: String, title: String = "Galley") -> String {
        page(title, "<p>\(escaped(whole(sentence)))</p>\n<p><a href=\"/\">To the start</a></p>")
    }

    /// Goes on by itself, without a script; the link is for browsers that are told not to.
    static func onward(to address: String, title: String, _ sentence: String) -> String {
        page(
            title, "<p>\(escaped(sentence))</p>\n<p><a href=\"\(escaped(address))\">Go on</a></p>",
            head: "<meta http-equiv=\"refresh\" content=\"0; url=\(escaped(address))\">\n")
    }

    private static func alert(_ mistake: String?) -> String {
        mistake.map { "<p role=\"alert\" class=\"notice bad\">\(escaped(whole($0)))</p>\n" } ?? ""
    }

    /// What an error says, as a sentence of its own.
    private static func whole(_ sentence: String) -> String {
        let text = sentence.prefix(1).uppercased() + sentence.dropFirst()
        return text.last.map { ".!?".contains($0) } ?? true ? text : text + "."
    }

    /// - Parameter isQuestion: for somebody who has come for this page alone, with more to read than a form.
    static func page(_ title: String, _ body: String, head: String = "", isQuestion: Bool = false) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        \(head)<link rel="stylesheet" href="/assets/galley.css">
        </head>
        <body class="\(isQuestion ? "plain question" : "plain entry")">
        \(isQuestion ? "" : "<header><img class=\"mark\" src=\"/assets/icon.svg\" alt=\"Galley\"></header>\n")<main>
        <h1>\(escaped(title))</h1>
        \(isQuestion ? body : "<div class=\"card\">\n\(body)\n</div>")
        </main>
        </body>
        </html>

        """
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
