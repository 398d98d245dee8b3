// `logger`: lines for the operator's log.

import ConnectorKit
import JSONCore
import Logging
import RecipeLanguage

extension NativeConnector {
    /// Writes lines into the log of the running process.
    public static let logger = NativeConnector(
        name: "logger", title: "Logger", summary: "Writes lines into Galley's log.", actions: [LogLine()])
}

/// `logger.log`: one line.
struct LogLine: Action {
    let spec = OperationSpec(
        name: "log", title: "Write a log line",
        summary: "Writes a message, and data if given, to the log. The step gives the message back.", effect: .pure,
        input: .object([
            .any("message", required: true, "what to write; lists and objects are written as JSON"),
            .string("level", "how important it is; info when left out", choices: Level.allCases.map(\.rawValue)),
            .any("data", "anything worth writing beside the message"),
        ]),
        output: .object([.string("message", required: true)]), examples: [["message": "New lead {{ lead.body.email }}"]]
    )

    enum Level: String, CaseIterable {
        case debug, info, warning, error

        var level: Logger.Level {
            switch self {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        }
    }

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let level = try input.choice("level", default: Level.info).level
        // A message is often one pill: whatever it holds is written, structures as JSON.
        let message =
            switch input.value("message") {
            case .array, .object: input.value("message")?.compact ?? ""
            default: try input.text("message") ?? ""
            }
        if let data = input.value("data") {
            context.logger.log(level: level, "\(Self.printable(message)) \(Self.printable(data.compact))")
        } else {
            context.logger.log(level: level, "\(Self.printable(message))")
        }
        return .object(JSONObject(uniqueEntries: [("message", .string(message))]))
    }

    /// One line without control characters: a message can't forge a second line or drive the reader's terminal.
    static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: line += "\\n"
            case 0x0D: line += "\\r"
            case 0x09: line += "\\t"
            case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029:
                line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
