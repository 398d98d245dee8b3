// The built galley as a child process: what it prints goes to files, so that a test can look while it runs.

import Foundation

/// How a child process ended.
struct Ended: Sendable, CustomStringConvertible {
    /// The exit code; 128 and the signal's number after a signal.
    let code: Int32
    /// stdout
    let data: String
    /// stderr
    let messages: String

    var description: String { "exit \(code)\nstdout: \(data)\nstderr: \(messages)" }
}

/// One run of a program.
final class GalleyProcess: @unchecked Sendable {  // everything is set before it starts
    private let process = Process()
    private let folder: URL
    private let ending: AsyncStream<Int32>

    /// The executable beside the test bundle.
    static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("galley")

    /// Starts the program, with a home of its own in `place`.
    init(
        _ arguments: [String], in place: CommandPlace, program: URL = executable, input: String = "",
        environment: [String: String] = [:], terminal: FileHandle? = nil, isInteractive: Bool = false
    ) throws {
        folder = place.root.appendingPathComponent("runs/\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, content) in [("in", input), ("out", ""), ("err", "")] {
            try Data(content.utf8).write(to: folder.appendingPathComponent(name))
        }
        let (ending, end) = AsyncStream<Int32>.makeStream()
        self.ending = ending
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = place.folder
        process.environment = [
            "HOME": place.root.path, "XDG_CONFIG_HOME": place.root.path + "/config",
            "PATH": Self.executable.deletingLastPathComponent().path + ":/usr/bin:/bin",
        ].merging(environment) { $1 }
        // A terminal shows messages; an interactive program has it for everything.
        let all = isInteractive ? terminal : nil
        // `Process` keeps what it is given for ever: closed by hand, or after some hundred runs none can be started.
        var files: [FileHandle] = []
        defer { for file in files { try? file.close() } }
        func file(_ name: String, _ open: (URL) throws -> FileHandle) throws -> FileHandle {
            files.append(try open(folder.appendingPathComponent(name)))
            return files[files.count - 1]
        }
        process.standardInput = try all ?? file("in") { try FileHandle(forReadingFrom: $0) }
        process.standardOutput = try all ?? file("out") { try FileHandle(forWritingTo: $0) }
        process.standardError = try terminal ?? file("err") { try FileHandle(forWritingTo: $0) }
        process.terminationHandler = { process in
            end.yield(process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0))
            end.finish()
        }
        try process.run()
    }

    var messages: String { text("err") }
    var data: String { text("out") }

    var identifier: Int32 { process.processIdentifier }

    func send(_ signal: Int32) { kill(identifier, signal) }

    /// Returns when it has ended; kills it when that takes longer than five minutes.
    func end() async throws -> Ended {
        let watchdog = Task {
            try await Task.sleep(for: .seconds(300))
            send(SIGKILL)
        }
        defer { watchdog.cancel() }
        for await code in ending { return Ended(code: code, data: text("out"), messages: text("err")) }
        throw Failure("galley's end was asked for twice")
    }

    /// Returns when `condition` holds of its messages.
    func wait(until condition: (String) -> Bool) async throws {
        try await eventually("\(process.arguments ?? []) printed: \(messages)") { condition(messages) }
    }

    private func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: folder.appendingPathComponent(name))) ?? Data(), as: UTF8.self)
    }
}

/// Asks again and again, for at most a minute.
func eventually(_ what: @autoclosure () -> String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !condition() {
        guard .now < deadline else { throw Failure("it did not happen within a minute: \(what())") }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// A test can't go on.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
