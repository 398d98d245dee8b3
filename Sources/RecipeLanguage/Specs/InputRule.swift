// What a schema can't say about an action's input, so that it is checked before anything runs.

/// A rule about members of an input, each given by the way to it: `["escalate", "after"]`. Members with pills fit any rule.
public enum InputRule: Sendable, Hashable {
    /// A duration of more than nothing.
    case duration([String])
    /// A duration of more than nothing, or a time in ISO 8601.
    case durationOrTime([String])
    /// A whole number no larger than a list is long; an absent or empty list is no bound.
    case atMost([String], elementsOf: [String])
    /// The first member makes sense only beside the second, which must not be empty.
    case needs([String], [String])
    /// The first duration is shorter than the second.
    case shorter([String], than: [String])
}
