// What the server logs: a line for each event on stderr, as text for people or as JSON for programs.

import ArgumentParser
import Foundation
import JSONCore
import Logging

/// How lines look.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// Lines on stderr. What comes from outside moves no cursor and begins no line.
struct LogLines: LogHandler {
    let format: LogFormat
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(_ format: LogFormat) { self.format = format }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
        fields.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error { fields["error"] = "\(error)" }
        let line = Self.line(
            format, at: Date.now, event.level, "\(event.message)",
            fields.map { (name: $0.key, value: "\($0.value)") }.sorted { $0.name < $1.name })
        StandardStreams.write(line + "\n", to: STDERR_FILENO)
    }

    /// - Parameter fields: in the order they are printed.
    static func line(
        _ format: LogFormat, at time: Date, _ level: Logger.Level, _ message: String,
        _ fields: [(name: String, value: String)]
    ) -> String {
        let time = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch format {
        case .text:
            let words = fields.map { " \($0.name)=\(quoted($0.value))" }.joined()
            return printable("\(time) \(level.rawValue) \(message)\(words)")
        case .json:
            var line: JSONObject = [
                "time": .string(time), "level": .string(level.rawValue), "message": .string(message),
            ]
            for (name, value) in fields { line[line[name] == nil ? name : "field_" + name] = .string(value) }
            return JSON.object(line).compact
        }
    }

    /// A value of several words is told from what comes after it.
    private static func quoted(_ value: String) -> String {
        value.isEmpty || value.contains { " \"=".contains($0) } ? JSON.string(value).compact : value
    }
}
