// Scripts/torture in its short form: each fault once or twice on the binary of these tests.

import Foundation
import Testing

struct TortureTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Scripts/torture")

    @Test(.timeLimit(.minutes(5)))
    func `no fault loses, doubles or damages anything`() async throws {
        let place = try CommandPlace(empty: ())
        let ended = try await GalleyProcess(
            ["--short", "--json"], in: place, program: Self.script,
            environment: ["GALLEY": GalleyProcess.executable.path, "TMPDIR": place.root.path]
        ).end().expect(0)
        let rows = try ended.lines
        #expect(rows.count >= 16, "\(ended)")
        for row in rows {
            let name = row["name"]?.string ?? "?"
            #expect(row["problems"]?.array?.isEmpty == true, "\(name): \(row)")
            #expect(row["skipped"]?.string != nil || (row["cycles"]?.integer ?? 0) > 0, "\(name): \(row)")
        }
    }
}
