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
        let looksLikeJSON = argument.first.map { "{[\"".contains($0) } ?? false || isBareJSON(argument)
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

    /// Whether it is a number, a word like `true` or JSON after blanks, and no file's name.
    private static func isBareJSON(_ argument: String) -> Bool {
        argument != "-" && (try? JSON(parsing: Array(argument.utf8))) != nil
            && !FileManager.default.fileExists(atPath: argument)
    }

    /// All of a file, or of standard input for `-`, without a byte order mark.
    static func bytes(of path: String, what: String) throws -> [UInt8] {
        let data: Data
        if path == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else if let found = FileManager.default.contents(atPath: path) {
            data = found
        } else {
            throw OwnerFailure(kind: "refused", "\(what): there is no file \(path) that can be read")
        }
        return Array(data.starts(with: byteOrderMark) ? data.dropFirst(byteOrderMark.count) : data)
    }

    /// What Windows programs put before a text in UTF-8.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

/// Lines of a file or of standard input, read in pieces.
struct LineReader {
    struct Line: Sendable {
        /// From 1; blank ones count.
        let number: Int
        let bytes: [UInt8]
    }

    private let handle: FileHandle
    private var rest: [UInt8] = []
    /// Where in `rest` the next line begins.
    private var start = 0
    private var number = 0
    private var isAtEnd = false

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

    /// The next line that is not blank; nil at the end.
    mutating func next() -> Line? {
        while let bytes = nextBytes() {
            number += 1
            let isMarked = number == 1 && bytes.starts(with: JSONInput.byteOrderMark)
            let bytes = isMarked ? bytes.dropFirst(JSONInput.byteOrderMark.count) : bytes
            if bytes.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) {
                return Line(number: number, bytes: Array(bytes))
            }
        }
        return nil
    }

    private mutating func nextBytes() -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = Self.lineEnd(in: rest, from: searched) {
                defer { start = end + 1 }
                return rest[start..<end]
            }
            if isAtEnd {
                defer { start = rest.count }
                return start < rest.count ? rest[start...] : nil
            }
            rest.removeSubrange(0..<start)
            (start, searched) = (0, rest.count)
            let chunk = handle.readData(ofLength: 256 << 10)
            isAtEnd = chunk.isEmpty
            rest += chunk
        }
    }

    private static func lineEnd(in bytes: [UInt8], from place: Int) -> Int? {
        bytes.withUnsafeBytes { all in
            guard let first = all.baseAddress, place < all.count,
                let found = memchr(first + place, 0x0A, all.count - place)
            else { return nil }
            return UnsafeRawPointer(found) - first
        }
    }
}
