// Literals in a step's input, held against the rules of its action that a schema can't say.

import JSONCore

extension RecipeChecker {
    func check(_ rules: [InputRule], in input: Place?) {
        guard let input else { return }
        for rule in rules { check(rule, input) }
    }

    private func check(_ rule: InputRule, _ input: Place) {
        switch rule {
        case .duration(let way):
            guard let (place, text) = literal(way, input) else { return }
            _ = positive(text, place, way) { self.report(.badDuration($0, found: String(text.prefix(40))), at: place) }
        case .durationOrTime(let way):
            guard let (place, text) = literal(way, input), TimeText.parse(text) == nil else { return }
            _ = positive(text, place, way) {
                self.report(.badDurationOrTime($0, found: String(text.prefix(40))), at: place)
            }
        case .atMost(let way, let list):
            guard let place = place(way, input), let number = place.node.json.integer,
                let elements = self.place(list, input)?.elements, !elements.isEmpty, number > elements.count
            else { return }
            report(
                .outOfRange(
                    Self.fieldName(way), from: "1", to: "\(elements.count), as \(Self.fieldName(list)) says",
                    found: "\(number)"), at: place)
        case .needs(let way, let other):
            guard let place = place(way, input), !place.node.json.isNull else { return }
            let there = self.place(other, input)?.node.json
            let isEmpty = there?.array?.isEmpty ?? there?.string?.isEmpty ?? there?.isNull ?? true
            guard isEmpty else { return }
            report(.missingKey(Self.bare(other), in: "an input with \(Self.fieldName(way))"), at: place)
        case .shorter(let way, let other):
            guard let (place, text) = literal(way, input), let (_, longer) = literal(other, input),
                let one = DurationText.parse(text), let two = DurationText.parse(longer), one >= two
            else { return }
            report(
                .outOfRange(
                    Self.fieldName(way), from: "1ms",
                    to: "less than \(Self.fieldName(other)), which is \(DurationText.text(two))",
                    found: DurationText.text(one)), at: place)
        }
    }

    /// The value at the end of a way; nil when the way ends early.
    private func place(_ way: [String], _ input: Place) -> Place? {
        let found = input.descendant(way[...])
        return found.rest.isEmpty ? found.place : nil
    }

    /// A text without pills.
    private func literal(_ way: [String], _ input: Place) -> (place: Place, text: String)? {
        guard let place = place(way, input), let text = place.text, !text.contains("{{") else { return nil }
        return (place, text)
    }

    private func positive(_ text: String, _ place: Place, _ way: [String], orElse: (String) -> Void) -> Duration? {
        guard let duration = DurationText.parse(text) else {
            orElse(Self.fieldName(way))
            return nil
        }
        guard duration > .zero else {
            report(.outOfRange(Self.fieldName(way), from: "1ms", to: "10 years", found: "0s"), at: place)
            return nil
        }
        return duration
    }

    private static func bare(_ way: [String]) -> String { way.joined(separator: ".") }
}

extension Finding {
    static func badDurationOrTime(_ name: String, found: String) -> Finding {
        Finding(
            "bad_time", "\(name) must be \(DurationText.form), or a time like 2026-03-02T09:00:00Z, not \"\(found)\"")
    }
}
