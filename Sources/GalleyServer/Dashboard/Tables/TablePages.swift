// Look-up tables: which there are and where their rows are, the rows of one, and saving or forgetting what recipes have changed.

import Engine
import Hummingbird
import JSONCore
import JobHistory

extension Templates {
    static let tables: [String: String] = [
        "tables": #"""
        <div class="head"><h1>Tables</h1></div>
        <p class="sub"><span>What recipes look things up in: files in <code>Tables</code>, and the rows that recipes have changed</span></p>
        <section class="card" aria-label="List of tables">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Tables"><table><thead><tr><th scope="col">Table</th><th scope="col">Columns</th><th scope="col">Rows are</th><th scope="col">Changed last</th></tr></thead><tbody>{{#rows}}<tr><td><a class="strong" href="{{href}}">{{name}}</a></td><td><span class="what">{{columns}}</span></td><td>{{where}}{{#edited}} <span class="state warning"><svg class="icon" aria-hidden="true"><use href="#i-warning"/></svg>the file was edited since</span>{{/edited}}</td><td>{{#at}}{{> time}}{{/at}}{{^at}}–{{/at}}</td></tr>{{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">There is no table. A CSV file in <code>Tables</code>, its first line naming the columns, is one.</p>{{/any}}</section>
        """#,
        "table": #"""
        <div class="head"><h1>Table {{name}}</h1>{{#canChange}}<div class="actions"><form method="post" action="{{self}}/save"><button class="primary">Save to the file</button></form><details><summary class="button">Reset…</summary><form method="post" action="{{self}}/reset"><p class="small">What recipes have changed is forgotten: the table is its file again.</p><button class="danger">Forget the changes</button></form></details></div>{{/canChange}}</div>
        <p class="sub"><span>{{count}}</span><span>{{where}}</span>{{#at}}<span>changed {{> time}}</span>{{/at}}</p>
        {{#edited}}<p class="notice bad" role="status">The file was edited after recipes had changed rows, and nobody sees that edit: reset the table to take the file, or <code>galley tables save --force {{name}}</code> to write over it.</p>{{/edited}}
        <form class="filters" action="{{self}}"><div class="field"><label for="text">Text in a row</label><input id="text" name="text" type="search" value="{{text}}"></div><button>Find</button></form>
        <section class="card" aria-label="Rows">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Rows of the table"><table><thead><tr><th scope="col" class="num">Row</th>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead><tbody>{{#rows}}<tr><td class="num">{{number}}</td>{{#cells}}<td><span class="what">{{.}}</span></td>{{/cells}}</tr>{{/rows}}</tbody></table></div>{{/any}}{{^any}}<p class="empty">{{none}}</p>{{/any}}
        {{#paged}}<nav class="pages" aria-label="Pages">{{#first}}<a class="button" href="{{first}}">First rows</a>{{/first}}{{#next}}<a class="button" rel="next" href="{{next}}">Next rows</a>{{/next}}</nav>{{/paged}}</section>
        """#,
    ]
}

extension Dashboard {
    private static let rowsShown = 100
    /// Of a cell, in characters.
    private static let cellShown = 200
    /// Of the names of a table's columns, in the list.
    private static let columnsShown = 12

    func tableListPage() async throws -> Page {
        let tables = try await engine.tables.list()
        return Page(
            "Tables", in: .tables, "tables",
            [
                "any": .flag(!tables.isEmpty),
                "rows": .items(tables) { table in
                    let (columns, count) = (table.columns.prefix(Self.columnsShown), table.columns.count)
                    let more = count > columns.count ? " … \(count) in all" : ""
                    return .object(standing(table)).merging([
                        "columns": .text(columns.joined(separator: ", ") + more)
                    ])
                },
            ])
    }

    func tablePage(_ request: RouteRequest) async throws -> Page {
        let name = request["table"]
        guard let table = try await engine.tables.list().first(where: { $0.name == name }) else {
            return problem(
                .notFound, "There is no such table",
                "There is no file \(name.prefix(100)).csv or .json in Tables, and no recipe has made such a table.",
                back: .tables)
        }
        let after = max(0, request.address.query["after"]?.string.flatMap { Int($0) } ?? 0)
        let text = request.address.query["text"]?.string.flatMap { $0.isEmpty ? nil : String($0.prefix(200)) }
        let page = try await engine.tables.page(name, after: after, limit: Self.rowsShown, holding: text)
        let own = path("tables", name)
        func rows(after: Int?) -> String {
            let fields = [after.map { ("after", "\($0)") }, text.map { ("text", $0) }].compactMap(\.self)
            return fields.isEmpty ? own : own + "?" + JobListFilter.encoded(fields)
        }
        let none =
            text.map { "No row\(after > 0 ? " beyond these" : "") holds “\($0)”." }
            ?? "It has no row\(after > 0 ? " beyond these" : "")."
        return Page(
            "Table \(name)", in: .tables, "table",
            [
                "self": .text(own), "count": .text(NumberWords.plural(page.total, "row")),
                "canChange": .flag(table.changedAt != nil && (request.principal?.role ?? .viewer) >= .author),
                "any": .flag(!page.rows.isEmpty), "none": .text(none), "text": .text(text ?? ""),
                "columns": .items(page.columns) { .text($0) },
                "rows": .items(zip(page.numbers, page.rows)) { number, row in
                    [
                        "number": .count(number),
                        "cells": .items(page.columns) { .text(Self.cellText(row[$0])) },
                    ]
                },
                "paged": .flag(page.next != nil || after > 0), "first": .text(after > 0 ? rows(after: nil) : nil),
                "next": .text(page.next.map { rows(after: $0) }),
            ].merging(standing(table)) { $1 })
    }

    /// Its name, and where its rows are.
    private func standing(_ table: TableStanding) -> [String: PageValue] {
        [
            "name": .text(table.name), "href": .text(path("tables", table.name)),
            "where": .text(table.changedAt == nil ? "those of its file" : "changed by recipes"),
            "edited": .flag(table.isFileEdited), "at": times.value(table.changedAt),
        ]
    }

    private static func cellText(_ value: JSON?) -> String {
        let text = cell(value)
        return text.count > cellShown ? text.prefix(cellShown) + "…" : text
    }

    // MARK: What the buttons do

    func saveTable(_ request: RouteRequest) async throws -> Response {
        let name = request["table"]
        _ = try await engine.tables.save(name, force: false)
        return .seeOther("\(path("tables", name))?notice=\(Notice.tableSaved.rawValue)")
    }

    func resetTable(_ request: RouteRequest) async throws -> Response {
        let name = request["table"]
        try await engine.tables.reset(name)
        return .seeOther("\(path("tables", name))?notice=\(Notice.tableReset.rawValue)")
    }
}
