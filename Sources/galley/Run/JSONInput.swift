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
