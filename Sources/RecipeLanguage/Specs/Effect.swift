// What running an action twice would do to the world.

/// Decides whether a step that was cut short may run again, and what is stored before it starts.
public enum Effect: String, Sendable, Hashable, CaseIterable {
    /// No input or output at all: computed from its input.
    case pure
    /// Reads from outside and changes nothing.
    case read
    /// A repeat changes nothing more.
    case idempotent
    /// The other system honours an idempotency key; ours is the same in every attempt.
    case keyed
    /// A repeat does it twice: after a crash in mid-call a person decides.
    case unsafe

    /// Whether something outside may be changed, so that an intent is stored first.
    public var changesTheWorld: Bool { self == .idempotent || self == .keyed || self == .unsafe }
    /// Whether a step cut short may simply run again.
    public var isRepeatable: Bool { self != .unsafe }
    /// Tries after the first when the recipe names no `retry` (design §5): 3 for what is repeatable and does I/O.
    public var defaultRetries: Int { self == .pure || self == .unsafe ? 0 : 3 }
}
