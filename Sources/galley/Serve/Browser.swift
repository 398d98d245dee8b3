// Opening the dashboard in a browser, for `galley serve --open`.

import Foundation

/// Asks the desktop to show an address.
enum Browser {
    /// Why no browser was opened, in words that follow "no browser was opened: ".
    struct Unavailable: Error {
        let reason: String
    }

    /// Opens `url`.
    ///
    /// An address with a secret in it is written to `page`, a file that only this user can read, and the browser is sent
    /// there: every user of a machine sees the arguments of its programs.
    /// - Throws: `Unavailable`, errors of writing.
    static func open(_ url: String, secretly page: String?) async throws {
        let environment = ProcessInfo.processInfo.environment
        guard ["DISPLAY", "WAYLAND_DISPLAY"].contains(where: { environment[$0, default: ""] != "" }) else {
            throw Unavailable(reason: "there is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)")
        }
        guard let program = find("xdg-open", in: environment["PATH"] ?? "") else {
            throw Unavailable(reason: "xdg-open is not installed (Debian's package xdg-utils has it)")
        }
        var target = url
        if let page {
            try write(url, to: page)
            target = URL(fileURLWithPath: page).absoluteString
        }
        let code = try await run(program, [target])
        guard code == 0 else { throw Unavailable(reason: "xdg-open ended with code \(code)") }
    }

    private static func find(_ name: String, in path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
    }

    /// A page that goes on to `url` by itself.
    private static func write(_ url: String, to page: String) throws {
        try? FileManager.default.removeItem(atPath: page)
        let text = "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0; url=\(url)\">\n"
        guard
            FileManager.default.createFile(
                atPath: page, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw Unavailable(reason: "\(page) can't be written") }
    }

    private static func run(_ program: String, _ arguments: [String]) async throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { caller in
            process.terminationHandler = { caller.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { caller.resume(throwing: error) }
        }
    }
}
