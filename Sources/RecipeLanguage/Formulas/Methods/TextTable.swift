// Methods of texts: searching, splitting, replacing, padding, case.

import Foundation
import JSONCore

extension FunctionTables {
    static func text() -> MethodTable {
        var table = MethodTable("text")
        table.add("upcase", on: .string, gives: .string, "All letters upper-case.", "'straße'.upcase", "\"STRASSE\"") {
            call throws(FormulaError) in
            try call.made(try call.text.uppercased())
        }
        table.add("downcase", on: .string, gives: .string, "All letters lower-case.", "'ÅBC'.downcase", "\"åbc\"") {
            call throws(FormulaError) in
            try call.made(try call.text.lowercased())
        }
        table.add(
            "split", on: .string, "separator: any?, limit: integer?", gives: .list,
            "The parts between separators; at blanks without one.", "'a-b'.split('-')", "[\"a\", \"b\"]"
        ) { call throws(FormulaError) in
            try call.made(try call.text.components(separatedBy: try call.string(0)).map { .string($0) })
        }
        return table
    }
    static func numbers() -> MethodTable { MethodTable("number") }
    static func lists() -> MethodTable { MethodTable("list") }
}
