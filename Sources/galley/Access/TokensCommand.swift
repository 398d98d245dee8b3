// galley tokens and galley audit: what lets programs in, and who did what.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

struct Tokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tokens that let programs in: to the REST API, or as clients of recipes that are APIs.",
        subcommands: [TokensList.self, TokensAdd.self, TokensRemove.self], defaultSubcommand: TokensList.self)
}

struct TokensList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The tokens by name, and what they are for. What they are is kept nowhere.")

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let tokens = try await HistoryReading.with(place) { try await $0.tokens() }
            var listing = Listing("TOKEN", "FOR", "CREATED", "BY", "EXPIRES", "LAST USED")
            for token in tokens {
                listing.add(
                    token.name, purpose(token), InstantText.words(token.createdAt), token.createdBy,
                    token.expiresAt.map(InstantText.words) ?? "never", token.usedAt.map(InstantText.words) ?? "never",
                    json: token.json)
            }
            listing.print(asJSON: json, empty: "no tokens; `galley tokens add NAME` makes one")
        }
    }

    private func purpose(_ token: StoredToken) -> String {
        guard token.kind == .api else { return "client, \(token.perMinute) a minute" }
        return token.role.name + (token.scopes.isEmpty ? "" : ": " + token.scopes.joined(separator: ", "))
    }
}

struct TokensAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a token. It is printed once, on standard output.")

    @OptionGroup var place: WorkspaceOptions
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
            let answer = try await AccessChange.perform(.addToken(token), place)
            Terminal.print(answer["token"]?.string ?? "")
            Terminal.note("this is shown once; send it as `Authorization: Bearer …`")
        }
    }
}

struct TokensRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Make a token worthless, at once.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        try await reportingErrors {
            try await AccessChange.perform(.removeToken(name), place)
            Terminal.note("\(name) lets nobody in any more")
        }
    }
}

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Who did what, newest first: sign-ins, changes, what was done to jobs and recipes.",
        subcommands: [AuditList.self], defaultSubcommand: AuditList.self)
}

struct AuditList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The audit log, page by page.")

    @OptionGroup var place: WorkspaceOptions
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
            let entries = try await HistoryReading.with(place) {
                try await $0.audit(who: who, before: before, limit: limit)
            }
            var listing = Listing("WHEN", "WHO", "BY", "FROM", "DID", "TO")
            for entry in entries {
                listing.add(
                    InstantText.words(entry.at), entry.who, entry.kind, entry.from, entry.action, entry.subject,
                    json: entry.json)
            }
            listing.print(asJSON: json, .lines, empty: "nothing was done yet")
            if !json, entries.count == limit, let last = entries.last {
                Terminal.note(Terminal.style("next page: galley audit --before \(last.id)", .dim))
            }
        }
    }
}
