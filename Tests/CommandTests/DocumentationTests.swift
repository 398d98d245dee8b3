// Every example of docs/recipes.md and the commands of README.md, as a reader would run them.

import Foundation
import JSONCore
import Testing

struct DocumentationTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func page(_ name: String) throws -> String {
        try String(contentsOf: repository.appendingPathComponent(name), encoding: .utf8)
    }

    @Test func `every recipe of docs/recipes.md is without mistakes and gives what the page says`() async throws {
        let examples = try DocumentedExample.all(in: Self.page("docs/recipes.md"))
        let recipes = examples.filter { !$0.isFile }
        #expect(recipes.count >= 18)
        let place = try await CommandPlace()
        for example in examples { try place.write(example.path, example.text) }
        try await place.galley("check").expect(0)
        for recipe in recipes {
            let ended = try await place.galley("run", recipe.name, "--json", "--input", recipe.input ?? "{}")
            ended.expect(recipe.exit)
            guard let expected = recipe.expect else { continue }
            let (result, wanted) = (try ended.json["result"], try JSON(parsing: Array(expected.utf8)))
            #expect(result?.canonical == wanted.canonical, "\(recipe.name)")
        }
        try await place.galley("test").expect(0)
    }

    @Test func `the approvals of docs/connectors.md are asked for and answered as the page says`() async throws {
        let page = try Self.page("docs/connectors.md")
        let start = try #require(page.range(of: "\n### Approvals\n")).upperBound
        let end = try #require(page.range(of: "\n## ", range: start..<page.endIndex)).lowerBound
        let section = String(page[start..<end])
        let (examples, place) = (try DocumentedExample.all(in: section), try await CommandPlace())
        for example in examples { try place.write(example.path, example.text) }
        try await place.galley("check").expect(0)
        try await place.galley("test").expect(0)
        for recipe in examples where !recipe.isFile {
            try await place.galley("run", recipe.name, "--input", recipe.input ?? "{}").expect(recipe.exit)
        }
        let commands = CodeBlock.all(in: section).filter { $0.language == "sh" }.map(\.text).joined()
        let ended = try await GalleyProcess(
            ["-e", "-c", commands], in: place, program: URL(fileURLWithPath: "/bin/sh")
        ).end()
        #expect(ended.expect(0).messages.contains("job 1 succeeded"), "\(ended)")
        #expect(try await place.galley("approvals", "show", "1").expect(0).data.contains("checked with the warehouse"))
    }

    @Test func `docs/recipes.md has an example of every kind of step and every trigger of the language`() throws {
        let texts = try DocumentedExample.all(in: Self.page("docs/recipes.md")).map(\.text).joined()
        let kinds = [
            "use", "if", "for_each", "repeat", "try", "parallel", "call", "wait", "wait_until", "set", "append",
            "respond", "return", "stop",
        ]
        for kind in kinds { #expect(texts.contains("\"\(kind)\":"), "\(kind)") }
        for trigger in ["manual", "schedule", "webhook.received", "recipe.called", "api.request"] {
            #expect(texts.contains("\"use\": \"\(trigger)\""), "\(trigger)")
        }
    }

    /// A server goes on while the commands after it run, on a free port; it has to stop in order.
    private static func withServerBehind(_ commands: String) -> String {
        guard let start = commands.range(of: "galley serve --port 8080") else { return commands }
        let waiting = "2>serve.log & server=$!\nuntil grep -q 'galley serves' serve.log; do kill -0 $server; done\n"
        return commands.replacingCharacters(in: start, with: "galley serve --port 0 \(waiting)")
            + "kill $server; wait $server\n"
    }

    @Test func `the commands of README.md work in the order in which they stand there`() async throws {
        let blocks = CodeBlock.all(in: try Self.page("README.md"))
        let place = try CommandPlace(empty: ())
        var script = "set -e\n"
        for block in blocks {
            if block.language == "json", block.text.contains("\"galley\": 1") {
                script += "cat > Recipes/welcome/recipe.json <<'RECIPE'\n\(block.text)RECIPE\n"
            } else if block.text.hasPrefix("galley ") {
                script += Self.withServerBehind(block.text)
            }
        }
        #expect(script.contains("RECIPE") && script.contains("galley jobs show"))
        let ended = try await GalleyProcess(
            ["-c", script], in: place, program: URL(fileURLWithPath: "/bin/sh")
        ).end()
        ended.expect(0)
        #expect(ended.data.contains("Dear Bo, thank you for your large order!"), "\(ended)")
    }
}

/// A block of code on a page.
struct CodeBlock {
    let language: String
    let text: String
    /// The line before it.
    let marker: String

    static func all(in page: String) -> [CodeBlock] {
        var blocks: [CodeBlock] = []
        var open: (language: String, text: String, marker: String)?
        var before = ""
        for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let block = open {
                if line == "```" {
                    blocks.append(CodeBlock(language: block.language, text: block.text, marker: block.marker))
                    open = nil
                } else {
                    open?.text += line + "\n"
                }
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), "", before)
            }
            before = line
        }
        return blocks
    }
}

/// A block whose marker says what it is: `<!-- recipe: ID exit: 1 input: {…} expect: {…} -->` or `<!-- file: PATH -->`.
struct DocumentedExample {
    let name: String
    let isFile: Bool
    let text: String
    var exit: Int32 = 0
    var input: String?
    var expect: String?

    var path: String { isFile ? name : "Recipes/\(name)/recipe.json" }

    static func all(in page: String) throws -> [DocumentedExample] {
        try CodeBlock.all(in: page).compactMap { block in
            guard block.marker.hasPrefix("<!-- ") else { return nil }
            var rest = block.marker.dropFirst(5)
            guard rest.hasSuffix(" -->") else { throw Failure("a marker without an end: \(block.marker)") }
            rest = rest.dropLast(4)
            func part(after key: String) -> String? {
                guard let found = rest.range(of: " \(key): ", options: .backwards) else { return nil }
                defer { rest = rest[..<found.lowerBound] }
                return String(rest[found.upperBound...])
            }
            let (expect, input, exit) = (part(after: "expect"), part(after: "input"), part(after: "exit"))
            let words = rest.split(separator: " ")
            guard words.count == 2, words[0] == "recipe:" || words[0] == "file:" else {
                throw Failure("not a marker of an example: \(block.marker)")
            }
            var example = DocumentedExample(
                name: String(words[1]), isFile: words[0] == "file:", text: block.text)
            (example.input, example.expect) = (input, expect)
            if let exit { example.exit = try #require(Int32(exit)) }
            return example
        }
    }
}
