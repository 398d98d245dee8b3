// parallel: named branches at the same time.

import JSONCore
import JobHistory
import RecipeLanguage

extension JobRun {
    private struct BranchEnd: Sendable {
        let branch: Int
        let flow: Flow
        let slots: [Value]
        let appended: [Slice<ValueList>?]
        let departure: Departure?
    }

    /// All branches are awaited; a failure cancels the rest and fails the step.
    func run(_ branches: [ParallelBranch], _ visit: Visit, _ frame: inout Frame) async throws -> Flow {
        _ = visit.seq(journal)  // its record comes before those of the branches
        var start = frame
        start.depth += 1
        let base = start
        var ends: [BranchEnd] = []
        try await withThrowingTaskGroup(of: BranchEnd.self) { group in
            for (place, branch) in branches.enumerated() {
                group.addTask { try await self.run(branch, place, base) }
            }
            while let end = try await group.next() {
                ends.append(end)
                if case .ended = end.flow {
                    group.cancelAll()
                    return
                }
            }
        }
        for end in ends { if case .ended(let ending) = end.flow { return .ended(ending) } }
        ends.sort { $0.branch < $1.branch }
        for (branch, end) in zip(branches, ends) {
            for slot in branch.bodySlots { frame.slots[slot] = end.slots[slot] }
            for (slot, added) in zip(branch.appendedSlots, end.appended) { frame.append(added, to: slot) }
        }
        if let departure = Departure.first(of: ends.compactMap(\.departure)) { throw departure }
        succeed(
            visit, output: ["branches": .integer(branches.count)], note: branches.map(\.name).joined(separator: ", "))
        return .next
    }

    private func run(_ branch: ParallelBranch, _ place: Int, _ start: Frame) async throws -> BranchEnd {
        var start = start
        start.empty(branch.appendedSlots, except: branch.readSlots)
        var frame = start
        do {
            let flow = try await run(branch.steps, &frame)
            return BranchEnd(
                branch: place, flow: flow, slots: frame.slots,
                appended: frame.appended(to: branch.appendedSlots, since: start), departure: nil)
        } catch let departure as Departure {
            return BranchEnd(
                branch: place, flow: .next, slots: frame.slots,
                appended: frame.appended(to: branch.appendedSlots, since: start), departure: departure)
        }
    }
}
