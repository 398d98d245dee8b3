// The texts that the fuzzers keep: each goes to its reader once more.

import Foundation
import Testing

struct FuzzCorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Scripts/fuzz.d")
    private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".corpus") }.map { String($0.dropLast(7)) }.sorted()

    @Test func `texts are kept for readers that there are`() throws {
        let script = try String(
            contentsOf: Self.folder.deletingLastPathComponent().appendingPathComponent("fuzz"), encoding: .utf8)
        let list = try #require(script.split(separator: "names: ").dropFirst().first?.split(separator: ".").first)
        let readers = list.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "#" }).map(String.init)
        #expect(readers.count >= 16)
        #expect(!Self.names.isEmpty && Set(Self.names).isSubset(of: readers))
    }

    @Test(.timeLimit(.minutes(5)), arguments: names)
    func `a reader survives all texts that reached new branches of it`(name: String) async throws {
        let place = try CommandPlace(empty: ())
        let program = GalleyProcess.executable.deletingLastPathComponent().appendingPathComponent("Fuzz")
        let file = Self.folder.appendingPathComponent(name + ".corpus").path
        let ended = try await GalleyProcess([name, "--corpus", file], in: place, program: program).end().expect(0)
        let count =
            try String(contentsOfFile: file, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false
            ).count - 1
        #expect(ended.data == "\(count) texts survived\n" && count > 10)
    }
}
