// Pill paths: `lead.body.email`, read without making a value of every object on the way.

import JSONCore

/// A name and members read from it, none of which can be anything but a member or a method without arguments.
///
/// A plain name after a dot, without arguments, is read like this: on an object that has the key, the key's value (also
/// when a method has that name, so that payload fields like `count` or `size` can be reached); otherwise the method of
/// that name when there is one (`body.keys`); otherwise nil on an object, and an error on anything else. Names that end
/// in `?` are always methods.
final class PathNode: Sendable {
    /// What the path starts from.
    enum Start: Sendable {
        case slot(Int)
        /// A parameter of a block.
        case local(Int)
    }

    let start: Start
    let keys: [String]
    /// The same path as calls, for whatever is no plain run through JSON objects; `steps[i]` reads key `i`.
    let steps: [CallNode]

    init(_ start: Start, keys: [String], steps: [CallNode]) {
        (self.start, self.keys, self.steps) = (start, keys, steps)
    }

    func evaluate(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        switch start {
        case .slot(let slot):
            guard slot >= 0, slot < slots.count else { return try slowly(.null, slots, run) }
            if case .jsonObject(let object) = slots[slot], let (found, count) = object.reach(keys) {
                return count == keys.count ? Value(found) : try slowly(Value(found), from: count, slots, run)
            }
            return try slowly(slots[slot], slots, run)
        case .local(let place):
            if case .jsonObject(let object) = run.locals[place], let (found, count) = object.reach(keys) {
                return count == keys.count ? Value(found) : try slowly(Value(found), from: count, slots, run)
            }
            return try slowly(run.locals[place], slots, run)
        }
    }

    @inline(never)
    private func slowly(
        _ start: Value, from first: Int = 0, _ slots: [Value], _ run: Evaluation
    ) throws(FormulaError) -> Value {
        var value = start
        for index in first..<steps.count { value = try steps[index].apply(to: value, slots, run) }
        return value
    }
}
