// Jobs over time as stacked bars: an SVG whose bars lead to their jobs, and the same as a table.

import JobHistory

enum JobsChart {
    /// The bars, their scale and the times below, each piece in percents of its place: texts keep their size at every width.
    /// - Parameter link: of the jobs of one slot.
    static func draw(
        _ statistics: JobStatistics, _ times: TimeWords, link: (JobStatistics.Slot) -> String
    ) -> Markup {
        let ceiling = niceCeiling(statistics.slots.map { $0.ends.total + $0.open }.max() ?? 0)
        let step = 100 / Double(max(1, statistics.slots.count))
        let marks = ceiling % 2 == 0 ? [ceiling, ceiling / 2, 0] : [ceiling, 0]
        var bars = Markup()
        for mark in marks {
            let y = svg(100 - Double(mark) / Double(ceiling) * 100) + "%"
            bars += .element("line", ["class": "axis", "x1": "0", "x2": "100%", "y1": y, "y2": y])
        }
        for (index, slot) in statistics.slots.enumerated() {
            bars += bar(slot, x: step * Double(index), step, 100 / Double(ceiling), times, link(slot))
        }
        let scale = marks.map { Markup.element("span", [:], text: NumberWords.count($0)) }.joined()
        return .element(
            "div", ["class": "plot", "aria-hidden": "true"],
            .element("div", ["class": "scale"], scale)
                + .element(
                    "svg",
                    ["class": "chart", "data-from": "\(statistics.start)", "data-to": "\(statistics.end)"], bars)
                + .element("svg", ["class": "times"], labels(statistics, times, step)))
    }

    private static func bar(
        _ slot: JobStatistics.Slot, x: Double, _ step: Double, _ scale: Double, _ times: TimeWords, _ link: String
    ) -> Markup {
        func rect(_ kind: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Markup {
            .element(
                "rect",
                [
                    "class": kind, "x": svg(x) + "%", "y": svg(y) + "%", "width": svg(width) + "%",
                    "height": svg(height) + "%",
                ])
        }
        var content = rect("hit", x, 0, step, 100)
        var y = 100.0
        let gap = min(0.25, step * 0.2)
        for (name, count) in parts(slot) where count > 0 {
            let length = max(Double(count) * scale, 0.6)
            y -= length
            content += rect(name, x + gap / 2, max(0, y), step - gap, length)
        }
        content += .element("title", text: "\(times.short(slot.start)): " + sentence(slot))
        guard slot.ends.total + slot.open > 0 else { return .element("g", [:], content) }
        return .element("a", ["href": link, "tabindex": "-1"], content)
    }

    /// From the ground up; failures stand on the ground, where they can be compared.
    private static func parts(_ slot: JobStatistics.Slot) -> [(name: String, count: Int)] {
        [
            ("failed", slot.ends.failed), ("canceled", slot.ends.canceled), ("open", slot.open),
            ("succeeded", slot.ends.succeeded),
        ]
    }

    private static func sentence(_ slot: JobStatistics.Slot) -> String {
        let said = parts(slot).filter { $0.count > 0 }.map { "\(NumberWords.count($0.count)) \($0.name)" }
        return said.isEmpty ? "no jobs" : said.reversed().joined(separator: ", ")
    }

    /// The clock under stretches of up to two days; under longer ones the date where a day begins, so that none is there twice.
    private static func labels(_ statistics: JobStatistics, _ times: TimeWords, _ step: Double) -> Markup {
        let isShort = statistics.end - statistics.start <= 86_400_000 * 2
        var places: [(index: Int, text: String)] = []
        for (index, slot) in statistics.slots.enumerated() {
            let text = isShort ? times.clock(slot.start) : String(times.date(slot.start).dropFirst(5))
            let isNew =
                index == 0 ? isShort : isShort || text != times.date(statistics.slots[index - 1].start).dropFirst(5)
            if isNew { places.append((index, text)) }
        }
        let every = max(1, (places.count + 7) / 8)
        return stride(from: 0, to: places.count, by: every).map { number in
            let (index, text) = places[number]
            let x = step * Double(index)
            // So near to the end it would not fit.
            return x > 94 ? Markup() : .element("text", ["x": svg(x) + "%", "y": "1em"], text: text)
        }.joined()
    }

    /// 4, 10, 20, 40, 100, …: halves are whole numbers too.
    private static func niceCeiling(_ most: Int) -> Int {
        var unit = 1
        while true {
            for step in [2, 4, 6, 10] where step * unit >= most { return step * unit }
            unit *= 10
        }
    }

    /// The slots that have jobs, for the table.
    static func rows(
        _ statistics: JobStatistics, _ times: TimeWords, link: (JobStatistics.Slot) -> String
    ) -> PageValue {
        .items(statistics.slots.filter { $0.ends.total + $0.open > 0 }) { slot in
            [
                "from": .text(times.short(slot.start)), "link": .text(link(slot)),
                "succeeded": .count(slot.ends.succeeded), "failed": .count(slot.ends.failed),
                "canceled": .count(slot.ends.canceled), "open": .count(slot.open),
            ]
        }
    }
}
