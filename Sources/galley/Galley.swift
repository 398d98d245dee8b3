// The command: its nouns and verbs. The only module that wires the parts together and prints.

import ArgumentParser
import Foundation

@main
enum Program {
    static func main() async {
        StandardStreams.open()
        MemoryKeeping.begin()
        if let place = ProcessArguments.firstUnreadable {
            Terminal.error("argument \(place) is not UTF-8 text; galley takes no other")
            exit(Exit.usage.rawValue)
        }
        await Galley.main(ProcessArguments.own)
    }
}

// Every command says its name: one made of its type's name costs each start, whichever command is started.
struct Galley: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "galley",
        abstract: "Runs business workflows written as JSON, and never loses or doubles an event.",
        discussion: """
            First steps: `galley demo` shows three workflows at work; `galley recipes new` writes one of your own; \
            `galley run RECIPE --input FILE` runs it.

            Exit codes: 0 done, 1 a job or test failed, 64 usage, 65 invalid recipe or input, 66 no such thing, \
            69 unavailable, 70 internal, 74 the disk failed, 75 left waiting, 130 interrupted.
            """,
        version: galleyVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Daily work",
                subcommands: [
                    Run.self, Serve.self, Check.self, Test.self, Jobs.self, Approvals.self, Alerts.self,
                    StatisticsCommand.self,
                ]),
            CommandGroup(
                name: "Recipes",
                subcommands: [
                    Recipes.self, Schedules.self, Triggers.self, Format.self, SchemaCommand.self, Formulas.self,
                ]),
            CommandGroup(
                name: "Systems",
                subcommands: [
                    Connectors.self, Connections.self, Secrets.self, Tables.self, Topics.self, Deliveries.self,
                ]),
            CommandGroup(name: "Access", subcommands: [Users.self, Tokens.self, Audit.self]),
            CommandGroup(
                name: "Workspace",
                subcommands: [Init.self, Demo.self, SandboxCommand.self, Doctor.self, Backup.self]),
        ])
}

/// The version that `galley --version` prints.
let galleyVersion = "0.1.0"
