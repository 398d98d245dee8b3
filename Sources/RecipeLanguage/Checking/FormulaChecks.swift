// Formulas and templates in a recipe: syntax at its exact place, names tied to slots, members held against schemas.

import JSONCore

extension RecipeChecker {
    /// A bare formula (`if`, `when`, …). `name` is how messages call it: `"if"`.
    func formula(_ place: Place, _ name: String) -> BoundFormula? { parsedFormula(place, name).map(bound) }

    /// A bare formula with its names checked, not yet bound.
    func parsedFormula(_ place: Place, _ name: String) -> Formula? {
        guard let text = place.text else {
            report(.wrongType(name, wanted: "a formula in quotes", found: place.words), at: place)
            return nil
        }
        guard !text.trimmedOfSpaces.isEmpty else {
            report(.emptyFormula(name), at: place)
            return nil
        }
        if let offset = Self.firstPill(in: text) {
            report(.pillInFormula(name), range: range(of: offset..<offset + 2, in: place), path: place.path)
            return nil
        }
        do {
            let formula = try Formula(parsing: text)
            check(formula, offset: 0, in: place)
            remember([(0, formula)], isOneValue: true, in: place)
            return formula
        } catch {
            report(.formula(error), range: range(of: error.range, in: place), path: place.path)
            return nil
        }
    }

    func bound(_ formula: Formula) -> BoundFormula { formula.bound(to: slot) }

    /// A text with pills.
    func template(_ place: Place) -> Template.Bound? {
        guard let text = place.text else { return nil }
        do {
            let template = try Template(parsing: text)
            for (offset, formula) in template.formulas {
                check(formula, offset: offset, in: place)
            }
            remember(template.formulas, isOneValue: template.isOneValue, in: place)
            return template.bound(to: slot)
        } catch {
            let (formulas, mistakes) = Template.pills(in: text)
            for (offset, formula) in formulas { check(formula, offset: offset, in: place) }
            for mistake in mistakes {
                report(.formula(mistake), range: range(of: mistake.range, in: place), path: place.path)
            }
            return nil
        }
    }

    /// A value with pills in its texts, to be evaluated when the step runs.
    func input(_ place: Place) -> InputTemplate? {
        switch place.node.content {
        case .string(let text):
            guard text.holdsPill else { return .constant(.string(text)) }
            return template(place).map { .template($0, pointer: place.path.pointer.description) }
        case .array:
            var elements: [InputTemplate] = []
            var isWhole = true
            for element in place.elements ?? [] {
                if let template = input(element) { elements.append(template) } else { isWhole = false }
            }
            guard isWhole else { return nil }
            return elements.allSatisfy(\.isConstant) ? .constant(place.node.json) : .array(elements)
        case .object:
            var members: [(key: String, value: InputTemplate)] = []
            var isWhole = true
            for member in place.members ?? [] {
                if member.key.holdsPill { report(.pillInKey(member.key), at: member) }
                if let template = input(member.value) {
                    members.append((member.key, template))
                } else {
                    isWhole = false
                }
            }
            guard isWhole else { return nil }
            return members.allSatisfy(\.value.isConstant) ? .constant(place.node.json) : .object(members)
        default: return .constant(place.node.json)
        }
    }

    /// The bytes in the file of bytes of a string's text.
    func range(of decoded: Range<Int>, in place: Place) -> Range<Int> {
        // Without escapes the text stands in the file as it is; finding out is what takes time in a long one.
        if let text = place.text, text.utf8.count + 2 == place.node.range.count {
            let start = place.node.range.lowerBound + 1
            return start + decoded.lowerBound..<start + max(decoded.lowerBound, decoded.upperBound)
        }
        // Places in one text come in order, so each search goes on where the last one ended.
        if decodedPlace.node != place.node.range || decodedPlace.decoded > decoded.lowerBound {
            decodedPlace = (place.node.range, 0, place.node.range.lowerBound + 1)
        }
        func fileOffset(_ offset: Int) -> Int {
            document.fileOffset(
                ofDecoded: offset - decodedPlace.decoded,
                inStringAt: decodedPlace.file - 1..<place.node.range.upperBound)
        }
        decodedPlace = (place.node.range, decoded.lowerBound, fileOffset(decoded.lowerBound))
        return decodedPlace.file..<max(decodedPlace.file, fileOffset(decoded.upperBound))
    }

    private static func firstPill(in text: String) -> Int? {
        let bytes = Array(text.utf8)
        return bytes.indices.dropLast().first {
            bytes[$0] == UInt8(ascii: "{") && bytes[$0 + 1] == UInt8(ascii: "{")
        }
    }
}

extension InputTemplate {
    var isConstant: Bool { if case .constant = self { true } else { false } }
}
