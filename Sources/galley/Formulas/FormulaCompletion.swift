// Completion of formulas: names, the members a value has, the methods of its kind.

import RecipeLanguage

/// What could stand at the end of a formula's beginning.
struct FormulaCompletion {
    let session: FormulaSession

    private static let words = [
        "true", "false", "nil", "if", "elsif", "else", "end", "unless", "case", "when", "then", "skip", "clear",
    ]

    func complete(_ head: String) -> Completion? {
        if head.hasPrefix(":"), !head.contains(" ") {
            return candidates(FormulaCommands.names.map { ":" + $0 }, head)
        }
        let characters = Array(head)
        var start = characters.count
        while start > 0, Self.isName(characters[start - 1]) { start -= 1 }
        let part = String(characters[start...])
        if head.hasPrefix(":help ") { return candidates(Array(Set(FunctionLibrary.shared.catalog.map(\.name))), part) }
        guard start > 0, characters[start - 1] == "." else {
            let functions = FunctionLibrary.shared.catalog.filter { $0.receivers.isEmpty }.map(\.name)
            return candidates(session.names + functions + Self.words, part)
        }
        var end = start - 1
        if end > 0, characters[end - 1] == "&" { end -= 1 }
        guard let receiver = receiver(characters[..<end]) else { return nil }
        return candidates(followers(of: receiver), part)
    }

    private func candidates(_ names: [String], _ part: String) -> Completion {
        Completion(length: part.count, candidates: Set(names.filter { $0.hasPrefix(part) }).sorted())
    }

    /// Members first of all a reader's own, and what methods there are.
    private func followers(of text: String) -> [String] {
        let functions = FunctionLibrary.shared.catalog.filter { $0.name.hasPrefix(text + ".") }
            .map { String($0.name.dropFirst(text.count + 1)) }
        guard let value = try? quick.evaluate(text) else { return functions }
        let members =
            value.members?.entries.map { $0.key.text }.filter { !$0.isEmpty && $0.allSatisfy(Self.isName) } ?? []
        let kind = KindSet(value.kind)
        return members + functions
            + FunctionLibrary.shared.catalog.filter { $0.receivers.contains(kind) && $0.name.first?.isLetter == true }
            .map(\.name)
    }

    /// The same session, with little patience.
    private var quick: FormulaSession {
        var limits = session.environment.limits
        limits.time = .milliseconds(100)
        let environment = FormulaEnvironment(
            nowNanoseconds: session.environment.nowNanoseconds, timeZone: session.environment.timeZone,
            properties: session.environment.properties, tables: session.environment.tables,
            seed: session.environment.seed,
            limits: limits)
        return session.in(environment)
    }

    private static func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "?"
    }

    /// The formula that ends where `characters` do: names, calls, indexes, brackets and quoted texts joined by dots.
    private func receiver(_ characters: ArraySlice<Character>) -> String? {
        var place = characters.endIndex
        while place > characters.startIndex {
            let last = characters[place - 1]
            if Self.isName(last) || last == "." || last == "&" {
                place -= 1
            } else if last == ")" || last == "]" || last == "}" {
                guard let open = opening(characters, before: place - 1) else { return nil }
                place = open
            } else if last == "'" || last == "\"" {
                guard let open = characters[..<(place - 1)].lastIndex(of: last) else { return nil }
                place = open
            } else {
                break
            }
        }
        let text = String(characters[place...])
        return text.isEmpty ? nil : text
    }

    private func opening(_ characters: ArraySlice<Character>, before end: Int) -> Int? {
        var (depth, place) = (1, end)
        while place > characters.startIndex {
            place -= 1
            switch characters[place] {
            case ")", "]", "}": depth += 1
            case "(", "[", "{":
                depth -= 1
                if depth == 0 { return place }
            case let quote where quote == "'" || quote == "\"":
                guard let open = characters[..<place].lastIndex(of: quote) else { return nil }
                place = open
            default: break
            }
        }
        return nil
    }
}
