// `command`: programs of this machine that the workspace allows.

import ConnectorKit
import Foundation
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Runs allowed programs, with their arguments as a list and never through a shell.
    public static let command = NativeConnector(
        name: "command", title: "Programs",
        summary:
            "Runs programs of this machine that \"commands\" of galley.json names; arguments are a list, there is no shell.",
        settings: .object([
            .integer("timeout", "seconds for one run, from 1 to 86,400; 60 when left out")
        ]), actions: [RunCommand()])
}

/// `command.run`.
struct RunCommand: Action {
    static let mostBytes = 64 << 20

    enum Form: String, CaseIterable { case text, base64, json }

    let spec = OperationSpec(
        name: "run", title: "Run a program",
        summary:
            "Runs a program that the workspace allows. An exit status other than 0 is an error of type exit_status, whose details have the status and the output.",
        effect: .unsafe,
        effectOfInput: EffectRule(member: "effect", effects: ["READ": .read, "IDEMPOTENT": .idempotent]),
        input: .object([
            .string("program", required: true, "its name in \"commands\" of galley.json"),
            .member("arguments", .array(.any), "texts and numbers, each one argument as it is"),
            .string("stdin", "a text that it reads"), .string("stdin_base64", "or bytes that it reads"),
            .member(
                "environment", .object([], open: true), "variables that it sees; galley.json has to name them"),
            .string("folder", "where it runs, relative to the workspace; the workspace itself when left out"),
            .string("as", "what it writes: text when left out", choices: Form.allCases.map(\.rawValue)),
            .member("ok_statuses", .array(.integer), "exit statuses that are no error; [0] when left out"),
            .integer("limit", "the most bytes it may write; 1,048,576 when left out, at most 67,108,864"),
            .integer("timeout", "seconds, from 1 to 86,400; that of the connection or 60 when left out"),
            .string(
                "effect", "what a repeat does: unsafe when left out", choices: ["read", "idempotent", "unsafe"]),
        ]),
        output: .object([
            .integer("status", required: true, "its exit status"),
            .any("output", required: true, "what it wrote to standard output"),
            .string("errors", required: true, "what it wrote to standard error, the last 64 KiB"),
            .integer("milliseconds", required: true, "how long it ran"),
        ]), examples: [["program": "pdftotext", "arguments": ["-layout", "inbox/invoice.pdf", "-"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let name = try input.filledText("program")
        guard let program = context.programs[name] else {
            let known = context.programs.keys.sorted().joined(separator: ", ")
            throw ConnectorError(
                type: "not_allowed",
                "the workspace doesn't allow a program \"\(name)\": name it with its path under \"commands\" in galley.json"
                    + (known.isEmpty ? "" : " (allowed are: \(known))"))
        }
        let settings = ActionInput(.object(context.connection?.settings ?? [:]))
        let seconds =
            try input.integer("timeout", in: 1...86_400) ?? settings.integer("timeout", in: 1...86_400) ?? 60
        let form = try input.choice("as", default: Form.text)
        let call = ProgramCall(
            name: name, path: program.path, arguments: try Self.arguments(input),
            environment: try Self.environment(input, program, context.connection), folder: program.folder,
            input: try Self.standardInput(input),
            mostBytes: try input.integer("limit", in: 1...Self.mostBytes) ?? 1 << 20, seconds: seconds)
        let (folder, files) = (try input.text("folder"), context.files)
        let accepted = try Self.statuses(input)
        return try await BlockingWork.run { [call] flag in
            var call = call
            if let folder { call.folder = try files.path(of: folder) }
            let end = try ProgramRun(call).run(flag)
            let errors = String(decoding: end.errors, as: UTF8.self)
            guard let status = end.status, accepted.contains(status) else {
                throw Self.failure(call, end, errors)
            }
            return [
                "status": .integer(status), "output": try Self.output(end.output, form, name),
                "errors": .string(errors), "milliseconds": .integer(end.milliseconds),
            ]
        }
    }

    private static func arguments(_ input: ActionInput) throws -> [String] {
        try (input.list("arguments") ?? []).enumerated().map { place, value in
            let one = ActionInput(["argument": value])
            guard let text = try? one.text("argument") else {
                throw ConnectorError(
                    type: "bad_input",
                    "argument \(place + 1) is \(value.kind); each must be a text, a number, or true or false")
            }
            guard !text.utf8.contains(0) else {
                throw ConnectorError(type: "bad_input", "argument \(place + 1) has a null character in it")
            }
            return text
        }
    }

    /// What the step gives, else the connection's credentials, else our own: only of what the workspace names.
    private static func environment(
        _ input: ActionInput, _ program: AllowedProgram, _ connection: Connection?
    ) throws -> [String] {
        let given = ActionInput(.object(try input.object("environment") ?? [:]))
        let secret = ActionInput(.object(connection?.credentials ?? [:]))
        if let stranger = given.members.keys.first(where: { !program.environment.contains($0) }) {
            throw ConnectorError(
                type: "not_allowed",
                "the program may not be given the variable \"\(stranger)\": name it in its \"environment\" in galley.json"
            )
        }
        let own = ProcessInfo.processInfo.environment
        return try program.environment.compactMap { name in
            guard let value = try given.text(name) ?? secret.text(name) ?? own[name] else { return nil }
            guard !value.utf8.contains(0) else {
                throw ConnectorError(type: "bad_input", "the variable \"\(name)\" has a null character in it")
            }
            return "\(name)=\(value)"
        }
    }

    private static func standardInput(_ input: ActionInput) throws -> [UInt8] {
        switch (try input.text("stdin"), try input.text("stdin_base64")) {
        case (let text?, nil): return Array(text.utf8)
        case (nil, let base64?):
            guard let bytes = Base64Text.decode(base64) else {
                throw ConnectorError(type: "bad_input", "\"stdin_base64\" is not base64")
            }
            return bytes
        case (nil, nil): return []
        default: throw ConnectorError(type: "bad_input", "give either \"stdin\" or \"stdin_base64\"")
        }
    }

    private static func statuses(_ input: ActionInput) throws -> Set<Int> {
        Set(
            try (input.list("ok_statuses") ?? [0]).map { value in
                guard let status = value.integer, (0...255).contains(status) else {
                    throw ConnectorError(
                        type: "bad_input", "\"ok_statuses\" must be a list of exit statuses from 0 to 255")
                }
                return status
            })
    }

    private static func output(_ bytes: [UInt8], _ form: Form, _ name: String) throws -> JSON {
        switch form {
        case .base64: return .string(Base64Text.encode(bytes))
        case .text:
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ConnectorError(
                    type: "bad_answer", "what \"\(name)\" wrote is not UTF-8 text; take it with \"as\": \"base64\"",
                    outcome: .unknown)
            }
            return .string(text)
        case .json:
            do {
                return try JSON(parsing: bytes)
            } catch {
                throw ConnectorError(
                    type: "bad_answer", "what \"\(name)\" wrote is not JSON: \(error)", outcome: .unknown)
            }
        }
    }

    private static func failure(_ call: ProgramCall, _ end: ProgramRun.End, _ errors: String) -> ConnectorError {
        let line = errors.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        let said = String(
            line.unicodeScalars.prefix(300).filter { $0.value >= 0x20 && $0.value != 0x7F }.map(Character.init))
        let how = end.status.map { "ended with status \($0)" } ?? "was ended by signal \(end.signal)"
        return ConnectorError(
            type: "exit_status", "\"\(call.name)\" \(how)" + (said.isEmpty ? "" : ": \(said)"),
            details: [
                "status": end.status.map { .integer($0) } ?? .null,
                "signal": end.status == nil ? .integer(end.signal) : .null,
                "output": .string(String(decoding: end.output.prefix(64 << 10), as: UTF8.self)),
                "errors": .string(errors),
            ])
    }
}
