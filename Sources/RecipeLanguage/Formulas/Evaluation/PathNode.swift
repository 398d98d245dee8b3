// Pill paths: `lead.body.email`, read without making a value of every object on the way.

import JSONCore

/// A name and members read from it, none of which can be anything but a member or a method without arguments.
///
/// A plain name after a dot, without arguments, is read like this: on an object that has the key, the key's value (also
/// when a method has that name, so that payload fields like `count` or `size` can be reached); otherwise the method of
/// that name when there is one (`body.keys`); otherwise nil on an object, and an error on anything else. Names that end
/// in `?` are always methods.
final class PathNode: Sendable {
    let slot: Int
    let keys: [String]
    /// The same path as calls, for whatever is no plain run through JSON objects; `steps[i]` reads key `i`.
    let steps: [CallNode]

    init(slot: Int, keys: [String], steps: [CallNode]) { (self.slot, self.keys, self.steps) = (slot, keys, steps) }

    func evaluate(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        guard slot >= 0, slot < slots.count else { return try slowly(.null, from: 0, slots, run) }
        guard case .jsonObject(let object) = slots[slot] else { return try slowly(slots[slot], from: 0, slots, run) }
        return try read(object, 0, slots, run)
    }

    private func read(
        _ object: JSONObject, _ index: Int, _ slots: [Value], _ run: Evaluation
    ) throws(FormulaError) -> Value {
        guard let found = object[keys[index]] else { return try slowly(.jsonObject(object), from: index, slots, run) }
        if index + 1 == keys.count { return Value(found) }
        if case .object(let inner) = found { return try read(inner, index + 1, slots, run) }
        return try slowly(Value(found), from: index + 1, slots, run)
    }

    private func slowly(
        _ start: Value, from index: Int, _ slots: [Value], _ run: Evaluation
    ) throws(FormulaError) -> Value {
        var value = start
        for step in steps[index...] { value = try step.apply(to: value, slots, run) }
        return value
    }
}
