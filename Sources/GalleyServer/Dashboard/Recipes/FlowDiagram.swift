// A recipe as a drawing: boxes from top to bottom, branches side by side, frames around loops and tries.

import RecipeLanguage

/// A piece of the drawing that knows its size and draws itself at a place.
private struct FlowPiece {
    let width: Double
    let height: Double
    /// - Parameters: the middle of its upper edge.
    let draw: (_ x: Double, _ y: Double) -> Markup
}

enum FlowDiagram {
    private static let (boxWidth, boxHeight, gap, margin) = (248.0, 46.0, 24.0, 14.0)

    static func draw(_ recipe: Recipe, trigger: String) -> Markup {
        let start = box(
            kind: "trigger", title: "Trigger", words: trigger + (recipe.trigger.when.map { " and \($0.source)" } ?? ""))
        let all = sequence([start] + recipe.outline.map { piece($0, isSkipped: false) })
        let (width, height) = (all.width + 2 * margin, all.height + 2 * margin)
        return .element(
            "svg",
            [
                "viewBox": "0 0 \(svg(width)) \(svg(height))", "width": svg(width), "height": svg(height),
                "aria-hidden": "true",
            ], all.draw(width / 2, margin))
    }

    private static func piece(_ step: RecipeOutline, isSkipped: Bool) -> FlowPiece {
        let isSkipped = isSkipped || step.skip
        let inner = step.parts.map { part in
            (part.title ?? "", sequence(part.steps.map { piece($0, isSkipped: isSkipped) }))
        }
        let own = words(step)
        let drawn: FlowPiece
        switch step.kind {
        case "if":
            let hasElse = step.parts.last?.title == "else"
            let columns = inner.enumerated().map { index, part in
                (index == 0 ? "yes" : index == inner.count - 1 && hasElse ? "otherwise" : part.0, part.1)
            }
            let all = hasElse ? columns : columns + [("otherwise", line())]
            drawn = sequence([box(kind: "if", title: step.title, words: own), side(all, forks: true)])
        case "for_each", "repeat": drawn = frame(step.title, own, side(inner, forks: false))
        case "try":
            let parts = inner.enumerated().map { ($0 == 0 ? "" : "when it fails", $1.1) }
            drawn = frame(step.title, own, side(parts, forks: false))
        case "parallel": drawn = frame(step.title, "at the same time", side(inner, forks: true))
        case "stop":
            drawn = box(kind: own.hasPrefix("stop, failed") ? "stop" : "return", title: step.title, words: own)
        default: drawn = box(kind: step.kind, title: step.title, words: own)
        }
        guard isSkipped else { return drawn }
        return FlowPiece(width: drawn.width, height: drawn.height) { x, y in
            .element("g", ["class": "skipped"], drawn.draw(x, y))
        }
    }

    /// What it does, without the title in front.
    private static func words(_ step: RecipeOutline) -> String {
        guard let title = step.title, step.words.hasPrefix(title + ": ") else { return step.words }
        return String(step.words.dropFirst(title.count + 2))
    }

    // MARK: Shapes

    private static func box(kind: String, title: String?, words: String) -> FlowPiece {
        FlowPiece(width: boxWidth, height: boxHeight) { x, y in
            let left = x - boxWidth / 2
            var content = Markup.element(
                "rect",
                [
                    "class": "box \(kind)", "x": svg(left), "y": svg(y), "width": svg(boxWidth),
                    "height": svg(boxHeight), "rx": kind == "if" ? "22" : "8",
                ])
            content += .element("title", text: title.map { "\($0): \(words)" } ?? words)
            if let title {
                content += label(title, x, y + 19, boxWidth, nil) + label(words, x, y + 35, boxWidth, "t2")
            } else {
                content += label(words, x, y + 27, boxWidth, nil)
            }
            return .element("g", [:], content)
        }
    }

    private static func label(_ text: String, _ x: Double, _ y: Double, _ width: Double, _ kind: String?) -> Markup {
        .element(
            "text", ["x": svg(x), "y": svg(y), "text-anchor": "middle", "class": kind],
            text: fitting(text, width - 16, size: kind == nil ? 13 : 11.5))
    }

    /// As much of a text as surely fits, for the widest of the usual fonts: nobody can measure it here.
    static func fitting(_ text: String, _ width: Double, size: Double) -> String {
        var (used, fits) = (size, text.startIndex)
        for index in text.indices {
            used += size * breadth(of: text[index])
            if used <= width { fits = text.index(after: index) }
        }
        return used - size <= width ? text : text[..<fits] + "…"
    }

    /// Of its size.
    private static func breadth(of character: Character) -> Double {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        return switch scalar.value {
        case 0x1100..<0x1200, 0x2E80..<0xFE00, 0xFF00..<0xFFE7, 0x1F000...: 1.05
        default:
            "iljtfrI.,:;'|!()[]{} ".contains(character) ? 0.36 : "mwMW@%—…".contains(character) ? 0.95 : 0.63
        }
    }

    private static func line() -> FlowPiece {
        FlowPiece(width: 130, height: 0) { _, _ in Markup() }
    }

    private static func sequence(_ pieces: [FlowPiece]) -> FlowPiece {
        let width = pieces.map(\.width).max() ?? 70
        let height = pieces.reduce(0) { $0 + $1.height } + gap * Double(max(0, pieces.count - 1))
        return FlowPiece(width: width, height: height) { x, y in
            var (content, top) = (Markup(), y)
            for (index, piece) in pieces.enumerated() {
                content += piece.draw(x, top)
                top += piece.height
                if index + 1 < pieces.count {
                    content += arrow(x, top, top + gap)
                    top += gap
                }
            }
            return content
        }
    }

    /// Columns beside each other; forked ones hang on lines from one point and come together again.
    private static func side(_ columns: [(tag: String, piece: FlowPiece)], forks: Bool) -> FlowPiece {
        let space = 22.0
        let hasTags = columns.contains { !$0.tag.isEmpty }
        let head = forks ? 40.0 : hasTags ? 24.0 : 0
        let width = columns.reduce(0) { $0 + $1.piece.width } + space * Double(max(0, columns.count - 1))
        let tallest = columns.map(\.piece.height).max() ?? 0
        let height = head + tallest + (forks ? 18 : 0)
        return FlowPiece(width: width, height: height) { x, y in
            var (content, left) = (Markup(), x - width / 2)
            for (tag, piece) in columns {
                let middle = left + piece.width / 2
                if forks {
                    content += path("M\(svg(x)) \(svg(y - 1))V\(svg(y + 8))H\(svg(middle))V\(svg(y + head - 4))")
                    if piece.height > 0 { content += tip(middle, y + head) }
                    let end = y + head + tallest + 18
                    content += path(
                        "M\(svg(middle)) \(svg(y + head + piece.height - (piece.height > 0 ? 0 : 4)))V\(svg(end - 8))H\(svg(x))V\(svg(end))"
                    )
                }
                if !tag.isEmpty {
                    content += .element(
                        "text",
                        [
                            "class": "tag", "x": svg(forks ? middle + 5 : middle), "y": svg(y + (forks ? 23 : 15)),
                            "text-anchor": forks ? "start" : "middle",
                        ], text: fitting(tag, max(70, forks ? piece.width / 2 : piece.width), size: 11.5))
                }
                content += piece.draw(middle, y + head)
                left += piece.width + space
            }
            return content
        }
    }

    private static func frame(_ title: String?, _ words: String, _ inner: FlowPiece) -> FlowPiece {
        let head = title == nil ? 30.0 : 46.0
        let width = max(inner.width + 28, boxWidth + 28)
        let height = head + inner.height + 14
        return FlowPiece(width: width, height: height) { x, y in
            let frame = Markup.element(
                "rect",
                [
                    "class": "frame", "x": svg(x - width / 2), "y": svg(y), "width": svg(width), "height": svg(height),
                    "rx": "12",
                ])
            let names =
                title.map { label($0, x, y + 20, width, nil) + label(words, x, y + 36, width, "t2") }
                ?? label(words, x, y + 20, width, nil)
            return frame + .element("g", [:], .element("title", text: title ?? words) + names) + inner.draw(x, y + head)
        }
    }

    private static func path(_ line: String) -> Markup { .element("path", ["class": "edge", "d": line]) }

    private static func arrow(_ x: Double, _ from: Double, _ to: Double) -> Markup {
        path("M\(svg(x)) \(svg(from))V\(svg(to - 4))") + tip(x, to)
    }

    private static func tip(_ x: Double, _ y: Double) -> Markup {
        .element("path", ["class": "arrow", "d": "M\(svg(x - 4)) \(svg(y - 7))H\(svg(x + 4))L\(svg(x)) \(svg(y))z"])
    }

    // MARK: In words

    /// The same as nested lists, for those who do not see the drawing.
    static func outline(_ steps: [RecipeOutline]) -> Markup {
        .element(
            "ol", [:],
            steps.map { step in
                let parts = step.parts.map { part in
                    (part.title.map { Markup.element("span", ["class": "small"], text: $0) } ?? Markup())
                        + outline(part.steps)
                }.joined()
                return Markup.element("li", [:], Markup(text: step.words) + parts)
            }.joined())
    }
}
