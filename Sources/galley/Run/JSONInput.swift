// JSON given on the command line: a file, standard input, or the text itself.

import Engine
import Foundation
import JSONCore
import RecipeLanguage

enum JSONInput {
    /// The value of an option; an empty object when it is not given.
    /// - Throws: `OwnerFailure` that says what is wrong and where.
    static func read(_ argument: String?, what: String) throws -> JSON {
        guard let argument else { return [:] }
        let looksLikeJSON = argument.first.map { "{[\"".contains($0) } ?? false
        let bytes = looksLikeJSON ? Array(argument.utf8) : try bytes(of: argument, what: what)
        do {
            return try JSON(parsing: bytes)
        } catch {
            let source = looksLikeJSON ? "the text" : argument == "-" ? "standard input" : argument
            let before = bytes.prefix(error.offset)
            let line = before.count { $0 == 0x0A } + 1
            throw OwnerFailure(
                kind: "refused", "\(what): \(source) is not JSON: \(error.message) (line \(line), byte \(error.offset))"
            )
        }
    }

    /// All of a file, or of standard input for `-`.
    static func bytes(of path: String, what: String) throws -> [UInt8] {
        if path == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw OwnerFailure(kind: "refused", "\(what): there is no file \(path) that can be read")
        }
        return Array(data)
    }
}

/// Lines of a file or of standard input, read in pieces.
struct LineReader {
    private let handle: FileHandle

    /// - Parameter option: which one named the file, for messages.
    init(_ path: String, option: String = "--lines") throws {
        if path == "-" {
            handle = .standardInput
        } else if let file = FileHandle(forReadingAtPath: path) {
            handle = file
        } else {
            throw OwnerFailure(kind: "refused", "\(option): there is no file \(path) that can be read")
        }
    }

    /// Calls `body` with each line and its number from 1, blank ones left out.
    func forEach(_ body: (Int, [UInt8]) async throws -> Void) async throws {
        var rest: [UInt8] = []
        var number = 0
        var atEnd = false
        while !atEnd {
            let chunk = handle.readData(ofLength: 256 << 10)
            atEnd = chunk.isEmpty
            rest += chunk
            var start = 0
            while let end = rest[start...].firstIndex(of: 0x0A) {
                number += 1
                try await line(rest[start..<end], number, body)
                start = end + 1
            }
            rest.removeSubrange(0..<start)
        }
        if !rest.isEmpty { try await line(rest[...], number + 1, body) }
    }

    private func line(_ bytes: ArraySlice<UInt8>, _ number: Int, _ body: (Int, [UInt8]) async throws -> Void)
        async throws
    {
        guard bytes.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { return }
        try await body(number, Array(bytes))
    }
}
