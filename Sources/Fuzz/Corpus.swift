// The shortest texts with which a fuzzer reached new branches: one file a reader, a text a line, in base64.
import Foundation

enum Corpus {
    /// Of all together, after base64: the shortest come first.
    static let mostBytes = 60_000

    static func read(_ file: String) throws -> [[UInt8]] {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        return try lines.dropLast(lines.last == "" ? 1 : 0).map { line in
            guard let data = Data(base64Encoded: String(line)) else { throw CocoaError(.fileReadCorruptFile) }
            return Array(data)
        }
    }

    /// Puts the files of a folder into one.
    static func pack(_ folder: String, into file: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let lines = names.compactMap { FileManager.default.contents(atPath: folder + "/" + $0)?.base64EncodedString() }
        var (text, size) = ("", 0)
        for line in lines.sorted(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) {
            size += line.utf8.count + 1
            guard size <= mostBytes else { break }
            text += line + "\n"
        }
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }
}
