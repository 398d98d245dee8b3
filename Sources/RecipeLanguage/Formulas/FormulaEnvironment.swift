// What the formulas of one job see besides their slots, and the bounds they run in.

import JSONCore

/// What formulas of one job see besides their slots. The same for the whole job.
public struct FormulaEnvironment: Sendable {
    /// `now`, frozen per job: nanoseconds since 1970, UTC.
    public let nowNanoseconds: Int64
    /// The workspace's zone, an IANA name.
    public let timeZone: String
    /// `properties.NAME`.
    public let properties: JSONObject
    /// `lookup('name', column: value)`.
    public let tables: (any TableSource)?
    /// Random values derive from this, the step's address and the call's place: the job's key.
    public let seed: String
    public let limits: FormulaLimits

    public init(
        nowNanoseconds: Int64, timeZone: String = "UTC", properties: JSONObject = [:],
        tables: (any TableSource)? = nil, seed: String, limits: FormulaLimits = FormulaLimits()
    ) {
        (self.nowNanoseconds, self.timeZone, self.properties) = (nowNanoseconds, timeZone, properties)
        (self.tables, self.seed, self.limits) = (tables, seed, limits)
    }
}

/// Rows of the workspace's tables.
public protocol TableSource: Sendable {
    /// The first row whose columns equal `conditions` (case- and type-sensitive; numbers by value); nil when none does.
    /// - Throws: a sentence when there is no such table or column.
    func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject?

    /// At most `limit` rows whose columns equal `conditions`, in the table's order; `lookup.list` of the `lookup` connector.
    /// - Throws: a sentence when there is no such table or column.
    func rows(of table: String, where conditions: [(column: String, value: JSON)], limit: Int) throws -> [JSONObject]
}

extension TableSource {
    /// For sources that know one row at a time: the first row, or a refusal when more are wanted.
    public func rows(
        of table: String, where conditions: [(column: String, value: JSON)], limit: Int
    ) throws -> [JSONObject] {
        guard limit <= 1 else { throw TableSourceRefusal() }
        return limit < 1 ? [] : try firstRow(of: table, where: conditions).map { [$0] } ?? []
    }
}

/// Thrown where a table can be searched for one row only.
public struct TableSourceRefusal: Error, CustomStringConvertible {
    public var description: String { "the rows of this table can't be listed, only looked up one by one" }
}

/// Bounds of one evaluation (design §5).
public struct FormulaLimits: Sendable {
    /// `formula.time`: how long one formula may take.
    public var time: Duration = .seconds(1)
    /// `formula.output`: how much text and how many elements one formula may make, in bytes.
    public var outputBytes: Int = 10 << 20
    /// `formula.depth`: nesting of what a formula makes. (A formula itself may nest 100 deep, whatever this says.)
    public var depth: Int = 100
    public init() {}
}
