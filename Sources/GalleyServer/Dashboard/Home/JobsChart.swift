// Jobs over time as stacked bars: an SVG whose bars lead to their jobs, and the same as a table.

import JobHistory

enum JobsChart {
    private static let (width, height, left, right, bottom, top) = (1_000.0, 210.0, 46.0, 994.0, 184.0, 8.0)

    /// - Parameter link: of the jobs of one slot.
    static func draw(
        _ statistics: JobStatistics, _ times: TimeWords, link: (JobStatistics.Slot) -> String
    ) -> Markup {
        let most = statistics.slots.map { $0.ends.total + $0.open }.max() ?? 0
        let ceiling = niceCeiling(most)
        let scale = (bottom - top) / Double(ceiling)
        let step = (right - left) / Double(statistics.slots.count)
        var content = Markup()
        for share in [0, 0.5, 1] where share != 0.5 || ceiling % 2 == 0 {
            let y = bottom - (bottom - top) * share
            content += .element(
                "line", ["class": "axis", "x1": svg(left), "x2": svg(right), "y1": svg(y), "y2": svg(y)])
            content += .element(
                "text", ["x": svg(left - 8), "y": svg(y + 4), "text-anchor": "end"],
                text: NumberWords.count(Int(Double(ceiling) * share)))
        }
        for (index, slot) in statistics.slots.enumerated() {
            content += bar(slot, x: left + step * Double(index), step, scale, times, link(slot))
        }
        content += labels(statistics, times, step)
        return .element(
            "svg",
            [
                "class": "chart", "viewBox": "0 0 \(svg(width)) \(svg(height))", "aria-hidden": "true",
                "data-from": "\(statistics.start)", "data-to": "\(statistics.end)", "data-left": svg(left),
                "data-right": svg(right),
            ], content)
    }

    private static func bar(
        _ slot: JobStatistics.Slot, x: Double, _ step: Double, _ scale: Double, _ times: TimeWords, _ link: String
    ) -> Markup {
        var content = Markup.element(
            "rect", ["class": "hit", "x": svg(x), "y": svg(top), "width": svg(step), "height": svg(bottom - top)])
        var y = bottom
        let gap = min(2.5, step * 0.2)
        for (name, count) in parts(slot) where count > 0 {
            let length = max(Double(count) * scale, 1)
            y -= length
            content += .element(
                "rect",
                [
                    "class": name, "x": svg(x + gap / 2), "y": svg(y), "width": svg(step - gap), "height": svg(length),
                ])
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

    private static func labels(_ statistics: JobStatistics, _ times: TimeWords, _ step: Double) -> Markup {
        let every = max(1, (statistics.slots.count + 7) / 8)
        let span = statistics.end - statistics.start
        return stride(from: 0, to: statistics.slots.count, by: every).map { index in
            let time = statistics.slots[index].start
            let text =
                span <= 86_400_000 * 2
                ? times.clock(time)
                : span <= 86_400_000 * 4
                    ? String(times.short(time).dropFirst(5)) : String(times.date(time).dropFirst(5))
            return Markup.element(
                "text", ["x": svg(left + step * Double(index)), "y": svg(bottom + 18), "text-anchor": "start"],
                text: text)
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
