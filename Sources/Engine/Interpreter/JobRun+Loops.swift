// for_each, in order or several at once, and repeat.

import JSONCore
import JobHistory
import RecipeLanguage

extension JobRun {
    func run(_ loop: ForEachStep, _ visit: Visit, _ frame: inout Frame) async throws -> Flow {
        let value = try evaluate(loop.list, visit, frame.slots, field: "for_each")
        guard let elements = Items.Elements(value) else {
            throw StepFailure(
                type: "formula",
                "for_each needs a list or a range of whole numbers, but \(loop.list.source) is \(value.kind.phrase)",
                step: visit.address, pointer: "\(visit.step.pointer)/for_each")
        }
        if case .numbers(let numbers) = elements, numbers.count > Items.mostNumbers {
            throw StepFailure(
                type: "limit", "for_each would have \(numbers.count) items; \(Items.mostNumbers) is the most",
                step: visit.address, pointer: "\(visit.step.pointer)/for_each")
        }
        _ = visit.seq(journal)  // its record comes before those of the items
        let items = Items(elements: elements, batchSize: loop.batchSize)
        let flow =
            loop.atOnce > 1 && items.count > 1
            ? try await runAtOnce(loop, items, visit, &frame) : try await runInOrder(loop, items, visit, &frame)
        if case .next = flow {
            succeed(visit, output: ["count": .integer(items.count)], note: "\(items.count) items")
            if let slot = visit.step.slot { frame.slots[slot] = Value(["count": .integer(items.count)]) }
        }
        return flow
    }

    private func runInOrder(
        _ loop: ForEachStep, _ items: Items, _ visit: Visit, _ frame: inout Frame
    ) async throws -> Flow {
        let (scope, depth) = (frame.scope, frame.depth)
        defer { (frame.scope, frame.depth) = (scope, depth) }
        frame.depth = depth + 1
        for index in 0..<items.count {
            enter(loop, items, index, visit, &frame)
            if case .ended(let ending) = try await run(loop.steps, &frame) { return .ended(ending) }
            notify(.progress(address: visit.address, done: index + 1, total: items.count))
        }
        leave(loop, &frame)
        return .next
    }

    /// Sets up an iteration: the body's own names start unset.
    private func enter(_ loop: ForEachStep, _ items: Items, _ index: Int, _ visit: Visit, _ frame: inout Frame) {
        frame.scope = "\(visit.address)[\(index)]/"
        for slot in loop.bodySlots { frame.slots[slot] = .null }
        frame.slots[loop.item] = items[index]
        frame.slots[loop.index] = Value(.integer(index))
        frame.slots[loop.isFirst] = Value(.bool(index == 0))
        frame.slots[loop.isLast] = Value(.bool(index == items.count - 1))
    }

    private func leave(_ loop: ForEachStep, _ frame: inout Frame) {
        for slot in loop.bodySlots + [loop.item, loop.index, loop.isFirst, loop.isLast] { frame.slots[slot] = .null }
    }

    /// What one concurrent item leaves behind.
    private struct ItemEnd: Sendable {
        let index: Int
        let flow: Flow
        let appended: [Slice<ValueList>?]
        let departure: Departure?
    }

    /// Never more than `atOnce` items at a time; what they append is added in item order.
    private func runAtOnce(
        _ loop: ForEachStep, _ items: Items, _ visit: Visit, _ frame: inout Frame
    ) async throws -> Flow {
        var base = frame
        base.depth += 1
        base.empty(loop.appendedSlots, except: loop.readSlots)
        let start = base
        var merge = InOrderMerge(slots: loop.appendedSlots)
        var departures: [Departure] = []
        var ending: Ending?
        try await withThrowingTaskGroup(of: ItemEnd.self) { group in
            var next = 0
            func add() {
                guard next < items.count else { return }
                let index = next
                next += 1
                group.addTask { try await self.runItem(loop, items, index, visit, start) }
            }
            for _ in 0..<loop.atOnce { add() }
            var done = 0
            while let end = try await group.next() {
                if let departure = end.departure { departures.append(departure) }
                merge.finish(end.index, end.appended, into: &frame)
                done += 1
                notify(.progress(address: visit.address, done: done, total: items.count))
                if case .ended(let reached) = end.flow {
                    ending = reached
                    group.cancelAll()
                    return
                }
                add()
            }
        }
        if let ending { return .ended(ending) }
        if let departure = Departure.first(of: departures) { throw departure }
        return .next
    }

    private func runItem(
        _ loop: ForEachStep, _ items: Items, _ index: Int, _ visit: Visit, _ start: Frame
    ) async throws -> ItemEnd {
        var frame = start
        enter(loop, items, index, visit, &frame)
        do {
            let flow = try await run(loop.steps, &frame)
            return ItemEnd(
                index: index, flow: flow, appended: frame.appended(to: loop.appendedSlots, since: start), departure: nil
            )
        } catch let departure as Departure {
            return ItemEnd(index: index, flow: .next, appended: [], departure: departure)
        }
    }

    func run(_ loop: RepeatStep, _ visit: Visit, _ frame: inout Frame) async throws -> Flow {
        _ = visit.seq(journal)
        let (scope, depth) = (frame.scope, frame.depth)
        defer { (frame.scope, frame.depth) = (scope, depth) }
        frame.depth = depth + 1
        var index = 0
        while true {
            guard index < loop.max else {
                throw StepFailure(
                    type: "limit", "the loop did not end within \(loop.max) iterations (its max)", step: visit.address,
                    pointer: visit.step.pointer)
            }
            frame.scope = "\(visit.address)[\(index)]/"
            for slot in loop.bodySlots { frame.slots[slot] = .null }
            if case .ended(let ending) = try await run(loop.steps, &frame) { return .ended(ending) }
            index += 1
            notify(.progress(address: visit.address, done: index, total: 0))
            // The body may be nothing but pure steps: cancellation must still get in.
            try pause(before: visit.address)
            if isCheckpointDue { try await checkpoint() }
            guard try evaluate(loop.condition, visit, frame.slots, field: "while").isTrue else { break }
        }
        for slot in loop.bodySlots { frame.slots[slot] = .null }
        succeed(visit, output: ["count": .integer(index)], note: "\(index) times")
        if let slot = visit.step.slot { frame.slots[slot] = Value(["count": .integer(index)]) }
        return .next
    }
}

/// The items of a loop: single elements, or lists of `batchSize`, the last one short.
private struct Items: Sendable {
    /// A list, or numbers of which there is none: a million of them would take 24 MB.
    enum Elements: Sendable {
        case list(ValueList)
        case numbers(Range<Int>)

        /// nil for what has no elements.
        init?(_ value: Value) {
            if let list = value.list {
                self = .list(list)
            } else if case .range(let range) = value, let numbers = range.numbers {
                self = .numbers(numbers)
            } else {
                return nil
            }
        }

        var count: Int {
            switch self {
            case .list(let list): list.count
            case .numbers(let numbers): numbers.count
            }
        }

        subscript(_ place: Int) -> Value {
            switch self {
            case .list(let list): list[place]
            case .numbers(let numbers): .integer(numbers.lowerBound + place)
            }
        }
    }

    /// A list is limited by what made it; a range of a few characters is not.
    static let mostNumbers = 10_000_000
    let elements: Elements
    let batchSize: Int?

    var count: Int {
        guard let batchSize else { return elements.count }
        return (elements.count + batchSize - 1) / batchSize
    }

    subscript(_ index: Int) -> Value {
        guard let batchSize else { return elements[index] }
        var batch = Value.null
        for place in (index * batchSize)..<min((index + 1) * batchSize, elements.count) {
            _ = batch.append(elements[place])
        }
        return batch
    }
}

/// Adds what concurrent items appended to the outer lists, in item order, as soon as all before are in.
private struct InOrderMerge {
    let slots: [Int]
    private var waiting: [Int: [Slice<ValueList>?]] = [:]
    private var next = 0

    init(slots: [Int]) { self.slots = slots }

    mutating func finish(_ index: Int, _ appended: [Slice<ValueList>?], into frame: inout Frame) {
        waiting[index] = appended
        while let ready = waiting.removeValue(forKey: next) {
            next += 1
            for (slot, added) in zip(slots, ready) { frame.append(added, to: slot) }
        }
    }
}

extension Departure {
    /// Of several branches that left: a decision or a stop first, else the earliest wait.
    static func first(of departures: [Departure]) -> Departure? {
        departures.min { one, other in
            switch (one, other) {
            case (.wait(let a, _, _), .wait(let b, _, _)): a < b
            case (.wait, _): false
            case (_, .wait): true
            case (.decision, .shutdown): true
            default: false
            }
        }
    }
}
