// Programs of this machine that tests run: to their end, or as servers on a free port.

import Foundation
import Glibc
import Testing

enum LocalProgram {
    /// Runs a program to its end; it has to succeed.
    /// - Returns: what it printed.
    @discardableResult
    static func run(_ command: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        // A file and no pipe: a server that another test starts meanwhile would hold the pipe open for as long as it runs.
        let output = NSTemporaryDirectory() + "/galley-output-\(UInt64.random(in: 0 ... .max))"
        #expect(FileManager.default.createFile(atPath: output, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: output) }
        let file = FileHandle(forWritingAtPath: output)
        process.standardOutput = file
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        process.waitUntilExit()
        try? file?.close()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        try #require(process.terminationStatus == 0, "\(command)")
        return text
    }

    /// Starts a server that ends by itself after some minutes, whatever happens to the test.
    static func start(_ command: [String], log: String = "/dev/null") throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["--signal=TERM", "500"] + command
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let file = FileHandle(forWritingAtPath: log)
        process.standardOutput = file
        process.standardError = file
        try process.run()
        return process
    }

    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try #require(bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0)
                return Int(UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr_in.self).pointee.sin_port.bigEndian)
            }
        }
    }

    /// Waits until something takes connections on a port of this machine.
    static func waitFor(port: Int, of process: Process) throws {
        for _ in 0..<1_500 where process.isRunning {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let isThere = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isThere { return }
            usleep(20_000)
        }
        throw Problem("nothing took connections on port \(port)")
    }

    struct Problem: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
