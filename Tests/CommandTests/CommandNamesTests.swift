// The names of the commands.

import ArgumentParser
import Testing

@testable import galley

struct CommandNamesTests {
    private func everyCommand(below command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        let inside = command.configuration.subcommands + command.configuration.groupedSubcommands.flatMap(\.subcommands)
        return [command] + inside.flatMap { everyCommand(below: $0) }
    }

    @Test func `every command says its name, for one made of its type's name makes each start slower`() {
        let all = everyCommand(below: Galley.self)
        #expect(all.count > 60)
        #expect(all.filter { $0.configuration.commandName == nil }.map { "\($0)" } == [])
    }
}
