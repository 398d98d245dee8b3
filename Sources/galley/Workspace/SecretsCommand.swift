// galley secrets: the encrypted store. Values are read from standard input, never from arguments, and never printed.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

struct Secrets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Secrets that connections name, in an encrypted store with its key outside the workspace.",
        subcommands: [SecretsList.self, SecretsSet.self, SecretsRemove.self], defaultSubcommand: SecretsList.self)
}

struct SecretsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The names of stored secrets; never their values.")

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let entries = try Workspace.open(from: place.folder, environment: place.environment).secrets.list()
            var listing = Listing("SECRET", "SET")
            for entry in entries {
                let time = entry.setAtMilliseconds.map { Int64($0) }
                listing.add(
                    entry.name, time.map(InstantText.words) ?? "",
                    json: ["name": .string(entry.name), "set_at": .time(time)])
            }
            listing.print(asJSON: json, empty: "no secrets are stored; `galley secrets set NAME` stores one")
        }
    }
}

struct SecretsSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Store a secret; its value is asked for, or read from standard input.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name: letters, digits and _.")
    var name: String

    func run() async throws {
        try await reportingErrors {
            let secrets = try Workspace.open(from: place.folder, environment: place.environment).secrets
            try secrets.set(name, try SecretInput.read("value of \(name)"))
            Terminal.note("stored \(name); in a connection write {\"secret\": \"\(name)\"}")
        }
    }
}

struct SecretsRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a secret from the store.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        try await reportingErrors {
            let secrets = try Workspace.open(from: place.folder, environment: place.environment).secrets
            guard try secrets.remove(name) else {
                throw WorkspaceError(
                    .notFound, "no secret \"\(name)\" is stored; `galley secrets list` shows those that are")
            }
            Terminal.note("removed \(name)")
        }
    }
}
