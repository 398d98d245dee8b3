// galley triggers: how the recipes that start by a connector's trigger stand, and one event of it to look at.

import ArgumentParser
import Engine
import JSONCore
import JobHistory

struct Triggers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triggers",
        abstract:
            "The recipes that start by a connector's trigger: polls, webhook subscriptions, and one event to look at.",
        subcommands: [TriggersList.self, TriggersTest.self, TriggersToken.self], defaultSubcommand: TriggersList.self)
}

struct TriggersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The triggers of connectors, and how their polls and subscriptions stand.",
        discussion: """
            STATE is on, paused, stopped (galley recipes stop), broken (the recipe has mistakes), subscribing, failing, \
            ending (its system is still to be told that the recipe is gone), enter_address (a person enters the address at \
            the system) or no_address (say public_url in galley.json).
            """)

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let triggers = try await venue.with { try await $0.triggers() }
            var listing = Listing("RECIPE", "STATE", "TRIGGER", "BY", "CAME", "LAST")
            for trigger in triggers {
                let came = (trigger["events"]?.integer ?? 0, trigger["deliveries"]?.integer ?? 0)
                listing.add(
                    trigger["recipe"]?.string ?? "", trigger["state"]?.string ?? "", trigger["use"]?.string ?? "-",
                    (trigger["ways"]?.array ?? []).compactMap(\.string).joined(separator: " and "),
                    came.1 == 0 ? "\(came.0)" : "\(came.0) polled, \(came.1) called",
                    TimeText.words(trigger["last"]) ?? "-", json: trigger)
            }
            listing.print(asJSON: json, empty: "no recipe here starts by a connector's trigger")
            for trigger in triggers {
                guard let reason = trigger["reason"]?.string else { continue }
                let state = trigger["state"]?.string ?? ""
                let line = printable(
                    "\(trigger["recipe"]?.string ?? ""): \(state.replacing("_", with: " ")): \(reason)")
                if state == "failing" || state == "no_address" { Terminal.warning(line) } else { Terminal.note(line) }
            }
        }
    }
}

struct TriggersTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Fetch one event of a recipe's trigger, without moving its cursor or making a job.",
        discussion: "The event is what `galley run RECIPE --input -` takes.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe, whose trigger polls.")
    var recipe: String
    @Flag(help: "One JSON object: the event, its key, whether it is new and whether the recipe's `when` holds for it.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let recipe = try session.recipe(recipe)
            let answer = try await session.withServices { services in
                let store = try? JobStore.openReader(folder: session.workspace.dataFolder)
                let result = await Task { try await TriggerTrial.fetch(recipe, services, store) }.result
                await store?.close()
                do { return try result.get() } catch let error as ControlError {
                    throw OwnerFailure(kind: "refused", "\(error)")
                }
            }
            if json { return Terminal.print(answer.indented) }
            guard let event = answer["event"] else {
                return Terminal.note("the trigger works, and there is no event yet")
            }
            Terminal.print(event.indented)
            var notes = [answer["new"]?.bool == true ? "a new event" : "an event that was there before"]
            if let key = answer["key"]?.string { notes.append("its key is \(key)") }
            if answer["wanted"]?.bool == false { notes.append("the recipe's `when` does not hold for it") }
            Terminal.note(printable(notes.joined(separator: "; ")))
        }
    }
}

struct TriggersToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Show the word that a system sent to a recipe's address, to be given back there.",
        discussion: "Notion, for one, takes an address when it gets back the token that it sent there. It is a secret.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe, whose address was entered at the system.")
    var recipe: String

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let recipe = try session.recipe(recipe)
            let token = try await session.withServices { services in
                let store = try? JobStore.openReader(folder: session.workspace.dataFolder)
                let result = await Task { try await SubscriptionToken.read(recipe, services, store) }.result
                await store?.close()
                do { return try result.get() } catch let error as ControlError {
                    throw OwnerFailure(kind: "refused", "\(error)")
                }
            }
            Terminal.print(printable(token))
        }
    }
}
