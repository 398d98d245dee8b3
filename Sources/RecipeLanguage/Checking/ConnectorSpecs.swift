// The installed connectors by name, each spec looked up when it is asked for.

/// Specs of connectors. With many installed, a recipe needs a few: reading the others would be for nothing.
public struct ConnectorSpecs: Sendable {
    private var given: [String: ConnectorSpec] = [:]
    private let installed: Set<String>
    private let find: @Sendable (_ name: String) -> ConnectorSpec?

    /// None.
    public init() { self.init(names: [], find: { _ in nil }) }

    /// - Parameter find: the spec of one of `names`; nil when it has mistakes and can't be used.
    public init(names: [String], find: @escaping @Sendable (_ name: String) -> ConnectorSpec?) {
        (installed, self.find) = (Set(names), find)
    }

    /// nil when there is no such connector, or it can't be used.
    public subscript(_ name: String) -> ConnectorSpec? {
        get { given[name] ?? (installed.contains(name) ? find(name) : nil) }
        set { given[name] = newValue }
    }

    /// The names of all that are installed, sorted; those that can't be used too.
    public var names: [String] { installed.union(given.keys).sorted() }

    /// All that can be used, by name; looks every one up.
    public var all: [ConnectorSpec] { names.compactMap { self[$0] } }
}
