// Writing what runs: events into jobs, claims, the rows of running jobs, versions of recipes.

import Crypto
import GRDB
import JSONCore
import RecipeLanguage

extension JobStore {
    /// Writes rows together with those of other callers; returns when the transaction that holds them is durable.
    ///
    /// The rows of one call stand or fall together. While the disk is full it waits and tries again.
    public func commit(_ writes: [HistoryWrite]) async throws {
        guard let writer else { throw StoreError.notOwner }
        guard !writes.isEmpty else { return }
        let rows = try EncodedRows(writes, largePayloadBytes: options.largePayloadBytes, recipeID: recipes.id(of:))
        try await withCheckedThrowingContinuation { caller in writer.submit(RowsTask(rows, caller: caller)) }
    }

    /// Makes one job of an event, durable on return, unless its recipe had the dedupe key before.
    /// - Parameter claim: insert it as running, with one death counted, at `startedAt`.
    public func accept(_ job: NewJob, claim: Bool = false, startedAt: Milliseconds = 0) async throws -> Intake {
        var rows = EncodedRows(largePayloadBytes: options.largePayloadBytes)
        try rows.append(job, id: 0, recipe: recipes.id(of: job.recipe), startedAt: claim ? startedAt : nil)
        let intakes = try await accept(rows)
        guard let intake = intakes.first else { throw StoreError.closed }
        return intake
    }

    /// As `accept` without a claim, for many events in one transaction (a poll's page): all or none.
    public func accept(_ jobs: [NewJob]) async throws -> [Intake] {
        guard !jobs.isEmpty else { return [] }
        var rows = EncodedRows(largePayloadBytes: options.largePayloadBytes)
        for job in jobs { try rows.append(job, id: 0, recipe: recipes.id(of: job.recipe), startedAt: nil) }
        return try await accept(rows)
    }

    private func accept(_ rows: EncodedRows) async throws -> [Intake] {
        try await write { try $0.write(rows, refusingDuplicates: false) }
    }

    /// Claims due waiting jobs of one recipe, earliest due first, and then queued ones, oldest first.
    public func claim(recipe: String, limit: Int, now: Milliseconds) async throws -> [ClaimedJob] {
        guard limit > 0 else { return [] }
        let recipeID = try recipes.id(of: recipe)
        let rows = try await write(waitsForSpace: true) { connection in
            try connection.claimable(recipe: recipeID, limit: limit, now: now)
                .compactMap { try connection.claim($0, recipe: recipe, now: now) }
        }
        return try rows.map { try $0.job() }
    }

    /// Claims this job if it is queued or waiting, whether due or not; nil otherwise.
    public func claim(job: JobID, now: Milliseconds) async throws -> ClaimedJob? {
        let row = try await write(waitsForSpace: true) { try $0.claim(job, recipe: nil, now: now) }
        return try row?.job()
    }

    /// The recipes that have jobs which could start, and when the next one is due.
    public func backlog(now: Milliseconds) async throws -> Backlog {
        try await read { database in
            let open = [JobState.queued, .waiting].map(\.sqlCondition)
            let counts = try SQLStatement(
                database,
                "SELECT name, "
                    + open.map {
                        """
                        (SELECT count(*) FROM (SELECT 1 FROM job INDEXED BY job_open WHERE \($0)
                        AND recipe = recipe.id AND run_after_ms <= ?1 LIMIT 1000))
                        """
                    }.joined(separator: " + ") + " FROM recipe")
            counts.bind(1, now)
            let due = try SQLStatement(
                database,
                "SELECT min(due) FROM ("
                    + open.map {
                        """
                        SELECT (SELECT min(run_after_ms) FROM job INDEXED BY job_open WHERE \($0)
                        AND recipe = recipe.id AND run_after_ms > ?1) AS due FROM recipe
                        """
                    }.joined(separator: " UNION ALL ") + ")")
            due.bind(1, now)
            let rows = try counts.all { ($0.text(0), $0.int(1)) }
            return Backlog(
                recipes: Dictionary(rows.filter { $0.1 > 0 }, uniquingKeysWith: +),
                nextDue: try due.one { $0.int64OrNil(0) } ?? nil)
        }
    }

    /// The version with this source, made if it is new.
    public func register(
        recipe: String, source: [UInt8], at: Milliseconds
    ) async throws -> (id: Int64, number: Int) {
        let versions = try await register([(recipe, source)], at: at)
        guard let version = versions.first else { throw StoreError.unknownRecipe(recipe) }
        return version
    }

    /// As `register` for one, for many in one transaction.
    public func register(
        _ sources: [(recipe: String, source: [UInt8])], at: Milliseconds
    ) async throws -> [(id: Int64, number: Int)] {
        let keys = sources.map { RecipeCache.VersionKey(recipe: $0.recipe, hash: Array(SHA256.hash(data: $0.source))) }
        let unknown = keys.indices.filter { recipes.version(keys[$0]) == nil }
        if !unknown.isEmpty {
            let made = try await write { connection in
                try unknown.map { place in
                    try connection.register(
                        recipe: keys[place].recipe, hash: keys[place].hash, source: sources[place].source, at: at)
                }
            }
            for (place, version) in zip(unknown, made) {
                recipes.remember(keys[place], recipeID: version.recipe, version: (version.id, version.number))
            }
        }
        return try keys.map { key in
            guard let version = recipes.version(key) else { throw StoreError.unknownRecipe(key.recipe) }
            return version
        }
    }

    public func versionSource(_ id: Int64) async throws -> [UInt8] {
        let source = try await read { database in
            let statement = try SQLStatement(database, "SELECT source FROM recipe_version WHERE id = ?")
            statement.bind(1, id)
            return try statement.one { Array($0.bytes(0)) }
        }
        guard let source else { throw StoreError.unknownRecipe("version \(id)") }
        return source
    }

    /// Newest first; none for a recipe that was never registered.
    public func versions(of recipe: String) async throws -> [RecipeVersion] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT id, number, hash, registered_ms, length(source) FROM recipe_version
                WHERE recipe = (SELECT id FROM recipe WHERE name = ?) ORDER BY number DESC
                """)
            statement.bind(1, recipe)
            return try statement.all { row in
                RecipeVersion(
                    id: row.int64(0), number: row.int(1), hash: row.bytes(2).map(hexByte).joined(),
                    registeredAt: row.int64(3), sizeBytes: row.int(4))
            }
        }
    }
}

private func hexByte(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
}
