// The shape of formulas and templates as the rest of the program uses them.

import JSONCore

/// A parsed formula whose names are not yet tied to slots.
public struct Formula: Sendable {
    /// The text it was parsed from.
    public let source: String
    /// The free names it uses, in order (block parameters excluded), for checking.
    public let names: [NameUse]

    /// - Throws: the first syntax error or unknown function, with its place in UTF-8 bytes.
    public init(parsing source: String) throws(FormulaError) { fatalError() }

    /// Ties each free name to a slot. Names that `slot` answers nil for become nil values at run time; the checker
    /// has reported them before.
    public func bound(to slot: (String) -> Int?) -> BoundFormula { fatalError() }
}

/// One use of a name in a formula, with the members read from it that are plain to see: `lead.body.email`.
public struct NameUse: Sendable, Hashable {
    public let name: String
    /// Members after the name, up to the first that is a method (`lead.body.email.split` has `body`, `email`).
    public let path: [String]
    /// UTF-8 bytes of `name` in the source.
    public let range: Range<Int>
    /// UTF-8 bytes of each member of `path` in the source.
    public let pathRanges: [Range<Int>]
}

/// A formula that can be evaluated.
public struct BoundFormula: Sendable {
    public let source: String
    /// - Throws: `FormulaError` with the place, for any failure: type errors, nil receivers, limits.
    public func evaluate(_ slots: [Value], _ evaluation: Evaluation) throws(FormulaError) -> Value { fatalError() }
}

/// A text with pills: `Hello {{ lead.name }}`.
public struct Template: Sendable {
    public let source: String
    /// Each formula in it with the UTF-8 offset of its first byte in `source`.
    public let formulas: [(offset: Int, formula: Formula)]
    public init(parsing source: String) throws(FormulaError) { fatalError() }
    public func bound(to slot: (String) -> Int?) -> Bound { fatalError() }

    /// A template that can be evaluated.
    public struct Bound: Sendable {
        /// The text without pills, when there are none.
        public var constant: String? { fatalError() }
        /// Exactly one pill: its value with its type (`skip` and `clear` included); else the joined text.
        public func evaluate(_ slots: [Value], _ evaluation: Evaluation) throws(FormulaError) -> Field { fatalError() }
        /// The joined text.
        public func text(_ slots: [Value], _ evaluation: Evaluation) throws(FormulaError) -> String { fatalError() }
    }
}

/// What a template gives for one field.
public enum Field: Sendable {
    case value(Value)
    /// The field is left out.
    case skip
    /// An explicit null is sent.
    case clear
}

/// A JSON value with templates in its strings: the input of a step.
public indirect enum InputTemplate: Sendable {
    case constant(JSON)
    case template(Template.Bound, pointer: String)
    case array([InputTemplate])
    case object([(key: String, value: InputTemplate)])

    /// The value as JSON; nil for `skip`. Members and elements that are skipped are left out. A value that is exactly one
    /// pill path is passed along untouched (`10.00` stays `10.00`).
    /// - Throws: `InputError`, which adds the pointer of the template to the formula's error.
    public func json(_ slots: [Value], _ evaluation: Evaluation) throws(InputError) -> JSON? { fatalError() }

    /// The value with its formula types (dates stay dates); nil for `skip`.
    public func value(_ slots: [Value], _ evaluation: Evaluation) throws(InputError) -> Value? { fatalError() }
}

/// A formula's failure with the field it is in.
public struct InputError: Error, Sendable {
    /// Pointer of the template within the recipe.
    public let pointer: String
    /// The formula and where in it.
    public let source: String
    public let error: FormulaError
}

/// Why a formula can't be parsed or has no value. Offsets are UTF-8 bytes in the formula's text.
public struct FormulaError: Error, Sendable, Hashable {
    /// A stable name: `syntax`, `unknown_function`, `wrong_type`, `nil_value`, `bad_argument`, `limit`, …
    public let code: String
    /// One sentence for the author of the recipe.
    public let message: String
    public let suggestion: String?
    public let range: Range<Int>
    public init(code: String, _ message: String, suggestion: String? = nil, range: Range<Int>) {
        (self.code, self.message, self.suggestion, self.range) = (code, message, suggestion, range)
    }
}

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
    public var time: Duration = .seconds(1)
    public var outputBytes: Int = 10 << 20
    public var depth: Int = 100
    public init() {}
}

/// The evaluation of one step's formulas: counts time, output and random draws. Not shared between tasks.
public final class Evaluation {
    public let environment: FormulaEnvironment
    /// The step's address.
    public let address: String
    public init(_ environment: FormulaEnvironment, address: String) {
        (self.environment, self.address) = (environment, address)
    }
}
