// Records of steps without their payloads, for trees, grids and timelines.

import GRDB
import RecipeLanguage

/// A record of a step without what went in and came out.
public struct StepLine: Sendable {
    public let seq: Int
    /// `StepRecord.number`
    public let number: Int
    public let address: String
    public let state: StepState
    public let effect: Effect
    public let attempt: Int
    public let round: Int
    public let isSuperseded: Bool
    public let startedAt: Milliseconds
    /// Microseconds; nil while it runs.
    public let duration: Int64?
    /// The `message` of its error, or its beginning.
    public let message: String?
}

extension JobStore {
    private static let lineColumns = """
        key, number, state, effect, attempt, round, superseded, started_ms, duration_us, address,
        CASE typeof(error) WHEN 'text' THEN substr(json_extract(error, '$.message'), 1, 500) END
        """

    /// No loop position in the address is above 4.
    private static let inFirstItems =
        "AND address NOT GLOB '*[[][5-9]]*' AND address NOT GLOB '*[[][0-9][0-9]*'"

    private static func line(_ row: SQLStatement) -> StepLine? {
        guard let state = StepState(rawValue: row.int(2)), let effect = Effect(storedNumber: row.int(3)) else {
            return nil
        }
        return StepLine(
            seq: StepKey.seq(of: row.int64(0)), number: row.int(1), address: row.text(9), state: state, effect: effect,
            attempt: row.int(4), round: row.int(5), isSuperseded: row.int(6) != 0, startedAt: row.int64(7),
            duration: row.int64OrNil(8), message: row.textOrNil(10))
    }

    /// Records of a job with a larger `seq` than `after`, in order; also those that a retry took back.
    ///
    /// - Parameters:
    ///   - prefix: only addresses that start with it.
    ///   - state: only records in this state.
    ///   - firstItems: of loops, only the items 0 to 4.
    public func stepLines(
        of job: JobID, after seq: Int = -1, limit: Int, prefix: String? = nil, state: StepState? = nil,
        firstItems: Bool = false
    ) async throws -> [StepLine] {
        try await read { database in
            let keys = StepKey.range(of: job)
            let statement = try SQLStatement(
                database,
                """
                SELECT \(Self.lineColumns) FROM step WHERE key BETWEEN ?1 AND ?2 AND (?3 IS NULL OR state = ?3)
                AND (?4 IS NULL OR substr(address, 1, length(?4)) = ?4)
                \(firstItems ? Self.inFirstItems : "") ORDER BY key LIMIT ?5
                """)
            statement.bind(1, keys.first + Int64(min(max(seq, -1), Int(StepKey.largestSeq))) + 1)
            statement.bind(2, keys.last)
            statement.bind(3, state.map { Int64($0.rawValue) })
            statement.bind(4, prefix)
            statement.bind(5, max(0, limit))
            return try statement.all { Self.line($0) }.compactMap { $0 }
        }
    }

    /// How each step of some jobs went: by job, the states of a step's records by `StepRecord.number`.
    /// - Parameter mostRecords: of each job; later ones are left out.
    public func stepStates(of jobs: [JobID], mostRecords: Int = 500) async throws -> [JobID: [Int: Set<StepState>]] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                "SELECT number, state FROM step WHERE key BETWEEN ? AND ? AND superseded = 0 ORDER BY key LIMIT ?")
            var states: [JobID: [Int: Set<StepState>]] = [:]
            for job in jobs {
                let keys = StepKey.range(of: job)
                statement.bind(1, keys.first)
                statement.bind(2, keys.last)
                statement.bind(3, max(0, mostRecords))
                for (number, state) in try statement.all({ ($0.int(0), StepState(rawValue: $0.int(1))) }) {
                    if let state { states[job, default: [:]][number, default: []].insert(state) }
                }
            }
            return states
        }
    }

    /// One record with its payloads; nil when there is none.
    public func step(_ seq: Int, of job: JobID) async throws -> StepRecord? {
        try await steps(of: job, after: seq - 1, limit: 1, includingSuperseded: true).first { $0.seq == seq }
    }
}
