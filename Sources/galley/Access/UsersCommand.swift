// galley users: who may sign in to the server, and as what.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import JobHistory

struct Users: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "Who may sign in to the server: viewers see, operators run jobs, authors edit, admins do all.",
        subcommands: [
            UsersList.self, UsersAdd.self, UsersRole.self, UsersPassword.self, UsersSignOut.self,
            UsersRemove.self,
        ],
        defaultSubcommand: UsersList.self)
}

struct UsersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The users and their roles.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("USER", "ROLE", "SINCE")
            for user in try await venue.with({ try await $0.users() }) {
                listing.add(
                    user["name"]?.string ?? "", user["role"]?.string ?? "", TimeText.words(user["created_at"]) ?? "",
                    json: user)
            }
            listing.print(asJSON: json, empty: "no users yet; `galley serve` prints a link that makes the first one")
        }
    }
}

struct UsersAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Let somebody in; the password is asked for, or read from standard input.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var user: UserArgument
    @Option(help: "viewer, operator, author or admin.")
    var role = Role.viewer

    func run() async throws {
        try await reportingErrors {
            let password = try SecretInput.read("password of \(user.name)")
            try await venue.perform(.access(.addUser(user.name, role, password: password)))
            Terminal.note("\(user.name) may sign in as \(role.name)")
        }
    }
}

struct UsersRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Change what somebody may do; it counts at once.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var user: UserArgument
    @Argument(help: "viewer, operator, author or admin.")
    var role: Role

    func run() async throws {
        try await reportingErrors {
            try await venue.perform(.access(.changeUser(user.name, role: role, password: nil)))
            Terminal.note("\(user.name) has the role \(role.name) now")
        }
    }
}

struct UsersPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set somebody's password; where they are signed in, they are signed out.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var user: UserArgument

    func run() async throws {
        try await reportingErrors {
            let password = try SecretInput.read("new password of \(user.name)")
            try await venue.perform(.access(.changeUser(user.name, role: nil, password: password)))
            Terminal.note("\(user.name) signs in with the new password from now on")
        }
    }
}

struct UsersRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Let somebody in no more.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var user: UserArgument

    func run() async throws {
        try await reportingErrors {
            try await venue.perform(.access(.removeUser(user.name)))
            Terminal.note("\(user.name) may not sign in any more; their tokens are separate: `galley tokens list`")
        }
    }
}

struct UsersSignOut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-out", abstract: "Sign somebody out, wherever they are signed in.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var user: UserArgument

    func run() async throws {
        try await reportingErrors {
            try await venue.perform(.access(.signOut(user.name)))
            Terminal.note("\(user.name) is signed out everywhere")
        }
    }
}

/// A user's name on the command line.
struct UserArgument: ParsableArguments {
    @Argument(help: "Their name: letters, digits and . _ - @ +")
    var name: String
}

/// A value that nobody should see.
enum SecretInput {
    /// Without echo on a terminal; else all of standard input, less one line end.
    static func read(_ what: String) throws -> String {
        if isatty(STDIN_FILENO) == 1 {
            guard let typed = getpass("\(what): ") else { throw Exit.interrupted }
            return String(cString: typed)
        }
        var bytes = try JSONInput.bytes(of: "-", what: "the value")
        if bytes.last == 0x0A { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw OwnerFailure(kind: "refused", "the value is not UTF-8 text")
        }
        return text
    }
}

extension Role: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
    public static var allValueStrings: [String] { allCases.map(\.name) }
}
