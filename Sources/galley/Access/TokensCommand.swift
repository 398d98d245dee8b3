// galley tokens and galley audit: what lets programs in, and who did what.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

struct Tokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "Tokens that let programs in: to the REST API, or as clients of recipes that are APIs.",
        subcommands: [TokensList.self, TokensAdd.self, TokensRemove.self], defaultSubcommand: TokensList.self)
}

struct TokensList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The tokens by name, and what they are for. What they are is kept nowhere.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("TOKEN", "FOR", "CREATED", "BY", "EXPIRES", "LAST USED")
            for token in try await venue.with({ try await $0.tokens() }) {
                listing.add(
                    token["name"]?.string ?? "", purpose(token), TimeText.words(token["created_at"]) ?? "",
                    token["created_by"]?.string ?? "", TimeText.words(token["expires_at"]) ?? "never",
                    TimeText.words(token["used_at"]) ?? "never", json: token)
            }
            listing.print(asJSON: json, empty: "no tokens; `galley tokens add NAME` makes one")
        }
    }

    private func purpose(_ token: JSON) -> String {
        if let rate = token["per_minute"]?.integer { return "client, \(rate) a minute" }
        let scopes = (token["scopes"]?.array ?? []).compactMap(\.string)
        return (token["role"]?.string ?? "") + (scopes.isEmpty ? "" : ": " + scopes.joined(separator: ", "))
    }
}

struct TokensAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a token. It is printed once, on standard output.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "Its name, of the program that will use it: letters, digits and . _ - @ +")
    var name: String
    @Option(help: "What it may do: viewer, operator, author or admin.")
    var role: Role?
    @Option(
        help:
            "A part of the API it is for; may be given several times: \(APIScope.allCases.map(\.rawValue).joined(separator: ", ")). Without it: all that the role may do."
    )
    var scope: [String] = []
    @Flag(help: "For a client of recipes that are APIs (/apis/), and nothing else.")
    var client = false
    @Option(help: "Requests a minute of a client (default: 60).")
    var perMinute: Int?
    @Option(help: "How long it is good for: 90d, 12h (default: for ever).")
    var expires: String?

    func validate() throws {
        if client, role != nil || !scope.isEmpty {
            throw ValidationError("a --client has no role and no scopes: it may call recipes that are APIs")
        }
        if !client, perMinute != nil { throw ValidationError("--per-minute belongs to --client") }
    }

    func run() async throws {
        try await reportingErrors {
            let life = try expires.map { text in
                guard let life = DurationText.parse(text) else {
                    throw ValidationError("--expires needs \(DurationText.form), not \"\(text)\"")
                }
                return Int(life.components.seconds)
            }
            let token = NewToken(
                name: name, kind: client ? .client : .api, role: role ?? .viewer, scopes: scope,
                perMinute: perMinute ?? 60, lifeSeconds: life)
            let answer = try await venue.perform(.access(.addToken(token)))
            Terminal.print(answer["token"]?.string ?? "")
            Terminal.note("this is shown once; send it as `Authorization: Bearer …`")
        }
    }
}

struct TokensRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Make a token worthless, at once.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        try await reportingErrors {
            try await venue.perform(.access(.removeToken(name)))
            Terminal.note("\(name) lets nobody in any more")
        }
    }
}

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who did what, newest first: sign-ins, changes, what was done to jobs and recipes.",
        subcommands: [AuditList.self], defaultSubcommand: AuditList.self)
}

struct AuditList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The audit log, page by page.")

    @OptionGroup var venue: VenueOptions
    @Option(help: "Only what this user or token did.")
    var who: String?
    @Option(help: "Only lines before this number: the next page.")
    var before: Int64?
    @Option(help: "How many.")
    var limit = 50
    @Flag(help: "One JSON object a line.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 10000") }
            let entries = try await venue.with { try await $0.audit(who: who, before: before, limit: limit) }
            var listing = Listing("WHEN", "WHO", "BY", "FROM", "DID", "TO")
            for entry in entries {
                func text(_ name: String) -> String { entry[name]?.string ?? "" }
                listing.add(
                    TimeText.words(entry["at"]) ?? "", text("who"), text("kind"), text("from"), text("action"),
                    text("subject"), json: entry)
            }
            listing.print(asJSON: json, .lines, empty: "nothing was done yet")
            if !json, entries.count == limit, let last = entries.last?["id"]?.integer {
                Terminal.note(Terminal.style("next page: galley audit --before \(last)", .dim))
            }
        }
    }
}
