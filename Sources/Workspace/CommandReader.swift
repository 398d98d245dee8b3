// Reads `commands` of galley.json: the programs that steps may run.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Reads one `commands` object: by name a path, or a path with the environment variables that the program may see.
struct CommandReader {
    static let mostCommands = 100

    let reading: DocumentReading
    private(set) var commands: [String: WorkspaceSettings.Command] = [:]

    init(_ node: JSONNode, _ reading: DocumentReading) {
        self.reading = reading
        let members = reading.members(of: node, at: "/commands", known: nil, what: "\"commands\"")
        if members.count > Self.mostCommands {
            reading.add(
                "out_of_range", "there are \(members.count) commands; the most is \(Self.mostCommands)",
                range: node.range, pointer: "/commands")
        }
        for member in members { read(member) }
    }

    private mutating func read(_ member: JSONMember) {
        let pointer = "/commands/" + DocumentReading.escaped(member.key)
        guard WorkspaceName.isAllowed(member.key) else {
            return reading.add(
                "bad_name",
                "\"\(WorkspaceName.printable(member.key))\" can't name a command: use letters, digits, _, - and .",
                range: member.keyRange, pointer: pointer)
        }
        guard case .object = member.value.content else {
            if let path = path(member, at: "/commands") { commands[member.key] = .init(program: path) }
            return
        }
        var program: String?
        var environment: [String] = []
        let parts = reading.members(
            of: member.value, at: pointer, known: ["program", "environment"], what: "a command")
        for part in parts {
            if part.key == "program" { program = path(part, at: pointer) }
            if part.key == "environment" { environment = variables(part, at: pointer) }
        }
        if let program { commands[member.key] = .init(program: program, environment: environment) }
        if !parts.contains(where: { $0.key == "program" }) {
            reading.add(
                "missing_key", "the command \"\(member.key)\" has no \"program\"", range: member.value.range,
                pointer: pointer)
        }
    }

    /// Only absolute paths: what `PATH` finds differs from one user to the next.
    private func path(_ member: JSONMember, at pointer: String) -> String? {
        guard let path = reading.string(member, at: pointer) else { return nil }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard path.hasPrefix("/"), !path.utf8.contains(0), !parts.contains(".."), parts.last?.isEmpty == false else {
            reading.add(
                "bad_path", "a program is named by its absolute path, like /usr/bin/pdftotext",
                range: member.value.range, pointer: pointer + "/" + DocumentReading.escaped(member.key))
            return nil
        }
        return path
    }

    private func variables(_ member: JSONMember, at pointer: String) -> [String] {
        guard case .array(let nodes) = member.value.content else {
            reading.add(
                "wrong_type", "\"environment\" must be a list of names, but it is \(member.value.kindInWords)",
                range: member.value.range, pointer: pointer + "/environment")
            return []
        }
        return nodes.enumerated().compactMap { place, node in
            if case .string(let name) = node.content, Self.isVariable(name) { return name }
            reading.add(
                "bad_name", "this is no name of an environment variable", range: node.range,
                pointer: "\(pointer)/environment/\(place)")
            return nil
        }
    }

    private static func isVariable(_ name: String) -> Bool {
        let isLetter: (UInt8) -> Bool = {
            (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_")
        }
        return name.utf8.first.map(isLetter) == true
            && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }
}

extension Workspace {
    /// The programs that steps may run, by name; they run in the workspace's folder.
    public var programs: [String: AllowedProgram] {
        settings.commands.mapValues {
            AllowedProgram(path: $0.program, environment: $0.environment, folder: root)
        }
    }
}
