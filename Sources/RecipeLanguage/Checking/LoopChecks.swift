// `for_each`, `repeat` and `parallel`: parts with names of their own.

import JSONCore

extension RecipeChecker {
    /// What a part with names of its own left behind.
    private struct Body {
        var steps: [Step]
        /// Slots made inside.
        var slots: Range<Int>
        /// Outer slots appended to inside.
        var appended: [Int]
        /// Those of them that formulas inside read too.
        var read: Set<Int>
        /// The names of the part itself.
        var symbols: [String: Symbol]
        var result: BoundFormula?
    }

    private func body(
        _ enclosure: Enclosure, isConcurrent: Bool, _ read: () -> ([Step], BoundFormula?)
    ) -> Body {
        let firstSlot = names.slotCount
        let (outerConcurrent, outerAppended, outerRead) = (concurrentFrom, appendedSlots, readSlots)
        (appendedSlots, readSlots) = ([], [])
        if isConcurrent { concurrentFrom = firstSlot }
        names.open(enclosure)
        let (steps, result) = read()
        let symbols = names.close()
        concurrentFrom = outerConcurrent
        let appended = appendedSlots.filter { $0 < firstSlot }
        let read = readSlots.intersection(appended)
        appendedSlots = outerAppended.union(appended)
        readSlots.formUnion(outerRead)
        return Body(
            steps: steps, slots: firstSlot..<names.slotCount, appended: appended.sorted(), read: read,
            symbols: symbols, result: result)
    }

    // MARK: - for_each

    func forEach(_ fields: Fields, number: Int) -> ReadStep? {
        guard let place = fields["for_each"] else { return nil }
        let what = RecipeKeys.words(for: "for_each")
        let list = parsedFormula(place, "\"for_each\"")
        let item = fields["as"].map { checkedName($0, "loop's name") } ?? "item"
        let batchSize = wholeNumber(fields["batch_size"], "\"batch_size\"", in: 1...100_000)
        let atOnce = wholeNumber(fields["at_once"], "\"at_once\"", in: 1...100) ?? 1
        if list != nil { types.checks.append(.isList(place)) }
        let boundList = list.map(bound)

        names.open(.loop(number))
        let slots = declareItem(
            item ?? "item", isNamed: fields["as"] != nil, at: fields["as"] ?? place)
        if list != nil { types.add(.items(place, batched: fields["batch_size"] != nil), to: slots[0]) }
        let body = body(.loop(number), isConcurrent: atOnce > 1) {
            guard let steps = fields["steps"] else {
                report(.missingKey("steps", in: what), at: place)
                return ([], nil)
            }
            return (self.steps(steps, "\"steps\""), nil)
        }
        names.close()
        guard let boundList else { return nil }
        let step = ForEachStep(
            list: boundList, item: slots[0], index: slots[1], isFirst: slots[2], isLast: slots[3], batchSize: batchSize,
            atOnce: atOnce, steps: body.steps, bodySlots: Array(body.slots), appendedSlots: body.appended,
            readSlots: body.read)
        return ReadStep(.forEach(step), output: .object([.integer("count", "How many items there were.")]))
    }

    /// Slots of the item, its index and whether it is the first and the last.
    private func declareItem(_ name: String, isNamed: Bool, at place: Place) -> [Int] {
        if let symbol = names.symbol(name) {
            let hint = isNamed ? nil : "give this loop a name of its own: \"as\": \"line\""
            report(.nameClash(name, with: symbol.kind.words, hint: hint), at: place)
        } else if let declared = names.declared[name], declared.kind != .loopItem, declared.kind != .variable {
            report(.nameClash(name, with: declared.kind.words), at: place)
        }
        let parts = [("", Schema.any), ("_index", Schema.integer), ("_first?", .boolean), ("_last?", .boolean)]
        return parts.map { names.declare(name + $0.0, .loopItem, schema: $0.1, at: place.node.range) }
    }

    // MARK: - repeat

    func repetition(_ fields: Fields, number: Int) -> ReadStep? {
        guard let place = fields["repeat"] else { return nil }
        let most = wholeNumber(fields["max"], "\"max\"", in: 1...50_000)
        let body = body(.loop(number), isConcurrent: false) {
            let steps = self.steps(place, "\"repeat\"")
            guard let condition = fields["while"] else {
                let hint = "the steps run again while this formula is true"
                report(.missingKey("while", in: RecipeKeys.words(for: "repeat"), hint: hint), at: place)
                return (steps, nil)
            }
            return (steps, formula(condition, "\"while\""))
        }
        guard let condition = body.result else { return nil }
        return ReadStep(
            .repeat(
                RepeatStep(steps: body.steps, condition: condition, max: most ?? 50_000, bodySlots: Array(body.slots))),
            output: .object([.integer("count", "How many times it ran.")]))
    }

    // MARK: - parallel

    func parallel(_ fields: Fields, number: Int) -> ReadStep? {
        guard let place = fields["parallel"] else { return nil }
        guard let members = place.members else {
            let hint = "write \"parallel\": { \"one\": [ … ], \"other\": [ … ] }"
            report(.wrongType("\"parallel\"", wanted: "an object", found: place.words, hint: hint), at: place)
            return nil
        }
        if members.isEmpty { report(.noSteps("\"parallel\""), at: place) }
        var branches: [ParallelBranch] = []
        var finished: [[String: Symbol]] = []
        for member in members {
            if !RecipeNames.isName(member.key) {
                report(.badName(String(member.key.prefix(64)), what: "the branch"), at: member)
            }
            let body = body(.branch(number, name: member.key), isConcurrent: true) {
                (steps(member.value, "the branch \"\(member.key.prefix(64))\""), nil)
            }
            let visible = body.symbols.values.filter { if case .step = $0.kind { true } else { false } }.map(\.slot)
                .sorted()
            branches.append(
                ParallelBranch(
                    name: member.key, steps: body.steps, appendedSlots: body.appended, readSlots: body.read,
                    bodySlots: visible))
            finished.append(body.symbols)
        }
        for symbols in finished { names.publish(symbols) }
        return ReadStep(.parallel(branches))
    }
}
