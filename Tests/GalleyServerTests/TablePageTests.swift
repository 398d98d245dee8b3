// Look-up tables in the dashboard: their rows page by page, saving and forgetting what recipes changed, by those who may.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization
import Testing

@testable import GalleyServer

struct TablePageTests {
    private static func file(_ rows: Int) -> TableFile {
        TableFile(
            shape: TableShape(name: "codes", columns: ["code", "land"], isText: true), path: "Tables/codes.csv",
            hash: "1", rowCount: rows, cells: { [.string("c\($0)"), .string("l\($0)")] })
    }

    private static func use(
        _ rows: Int, written: @escaping @Sendable (String) -> Void = { _ in },
        _ body: @escaping @Sendable (ServerBed) async throws -> Void
    ) async throws {
        try await ServerBed.use(
            [:], configure: { $0.isOpen = true },
            adjust: { services in
                services.tableFiles.columns = { ["codes": ["code", "land"]] }
                services.tableFiles.read = { name in
                    guard name == "codes" else { throw OwnerFailure(kind: "no_such_job", "there is no table \(name)") }
                    return file(rows)
                }
                services.tableFiles.hash = { _ in "1" }
                services.tableFiles.write = { _, content, _ in
                    written(String(decoding: content, as: UTF8.self))
                    return ("1", "Tables/codes.csv")
                }
            }, body)
    }

    @Test func `rows are shown a hundred at a time`() async throws {
        try await Self.use(201) { bed in
            #expect(try await bed.get("/tables").body.contains(#"href="/tables/codes""#))
            let first = try await bed.get("/tables/codes").body
            #expect(first.contains("201 rows") && first.contains(">c0<") && first.contains(">l99<"))
            #expect(!first.contains(">c100<") && first.contains(#"href="/tables/codes?after=100""#))
            let last = try await bed.get("/tables/codes?after=200").body
            #expect(last.contains(">c200<") && !last.contains("Next rows") && last.contains("First rows"))
            for after in ["300", "-5", "x", "9223372036854775807", "99999999999999999999"] {
                #expect(try await bed.get("/tables/codes?after=\(after)").status == 200)
            }
            // Nothing was changed, so there is nothing to save.
            #expect(!first.contains("Save to the file"))
            #expect(try await bed.form("/tables/codes/save", "").status == 409)
            #expect(try await bed.form("/tables/none/save", "").status == 404)
        }
    }

    @Test func `rows are found by a text in one of their cells, also those that recipes changed`() async throws {
        try await Self.use(350) { bed in
            let found = try await bed.get("/tables/codes?text=L34").body
            #expect(found.contains(">l34<") && found.contains(">l349<") && found.contains(#"<td class="num">350</td>"#))
            #expect(!found.contains(">l33<") && !found.contains("Next rows") && found.contains(#"value="L34""#))
            let many = try await bed.get("/tables/codes?text=c&after=100").body
            #expect(many.contains(">c100<") && many.contains(#"href="/tables/codes?after=200&amp;text=c""#))
            #expect(many.contains(#"href="/tables/codes?text=c""#))
            #expect(try await bed.get("/tables/codes?text=%3Cb%3E").body.contains("No row holds “&lt;b&gt;”."))
            _ = try await bed.engine.store.change(
                .add([["code": "Ümlaut & Co", "land": "x"]]), of: "codes", from: Self.file(350),
                by: StepWrite(key: "k", job: 1), at: 1_764_000_000_000, mostRows: 1_000)
            let own = try await bed.get("/tables/codes?text=%C3%BCmlaut+%26").body
            #expect(own.contains("Ümlaut &amp; Co") && own.contains(#"<td class="num">351</td>"#))
            let page = try JSON(parsing: try await bed.get("/api/v1/tables/codes?text=l34&limit=3").body)
            #expect(page["rows"]?.array?.compactMap { $0["land"]?.string } == ["l34", "l340", "l341"])
            #expect(page["next"] == 342)
        }
    }

    @Test func `what recipes changed is saved to the file, and forgotten`() async throws {
        let written = Mutex("")
        try await Self.use(2, written: { text in written.withLock { $0 = text } }) { bed in
            _ = try await bed.engine.store.change(
                .add([["code": "c2", "land": "l2"]]), of: "codes", from: Self.file(2),
                by: StepWrite(key: "k", job: 1), at: 1_764_000_000_000, mostRows: 10)
            let page = try await bed.get("/tables/codes").body
            #expect(page.contains("3 rows") && page.contains("changed by recipes") && page.contains(">c2<"))
            let saved = try await bed.form("/tables/codes/save", "")
            #expect(saved.status == 303 && saved.head.contains("/tables/codes?notice=table_saved"))
            #expect(written.withLock { $0 }.contains("c2,l2"))
            #expect(try await bed.form("/tables/codes/reset", "").status == 303)
            #expect(try await bed.get("/tables/codes?notice=table_reset").body.contains("2 rows"))
        }
    }
}
