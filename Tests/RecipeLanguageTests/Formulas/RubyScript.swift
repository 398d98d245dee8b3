// Ruby scripts beside the tests.

import Foundation
import Testing

/// A Ruby script that lies beside this file.
enum RubyScript {
    /// What it prints; without Ruby and its libraries the test fails.
    static func run(_ name: String, _ arguments: [String], input: String = "") throws -> String {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: name)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ruby", "-W0", script.path] + arguments
        let (output, given) = (Pipe(), Pipe())
        (process.standardOutput, process.standardInput) = (output, given)
        try process.run()
        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try given.fileHandleForWriting.close()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(
            process.terminationStatus == 0, "ruby with ActiveSupport is needed: apt install ruby-activesupport")
        return String(decoding: bytes, as: UTF8.self)
    }
}
