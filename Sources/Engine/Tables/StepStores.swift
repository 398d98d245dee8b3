// The workspace's own stores as one step sees them: under the step's job, with errors that recipes can catch.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

/// Tables and topics, lent to the steps of one job.
struct StepStores: TableStore, TopicStore {
    let tables: WorkspaceTables
    /// nil for a run that is not recorded: it only reads.
    let topicBook: TopicBook?
    let job: JobID
    let redact: @Sendable (JSON) -> JSON
    let clock: @Sendable () -> Milliseconds
    let limits: EngineLimits

    func change(_ table: String, _ change: TableChange, key: String) async throws -> JSON {
        try await Self.telling {
            try await tables.change(
                table, change.mapped(redacted), by: StepWrite(key: key, job: job), at: clock(),
                mostRows: limits.tableRows)
        }
    }

    func search(_ table: String, _ query: TableQuery) async throws -> TableFound {
        try await Self.telling { try await tables.search(table, query) }
    }

    func publish(_ data: JSON, key: String?, to topic: String, stepKey: String) async throws -> Int {
        guard let topicBook else {
            throw ConnectorError(type: "internal", "this run keeps nothing, so it can't publish")
        }
        return try await Self.telling {
            try await topicBook.publish(
                redact(data), key: key.flatMap { redact(.string($0)).string }, to: topic,
                by: StepWrite(key: stepKey, job: job))
        }
    }

    func messages(of topic: String, after offset: Int, limit: Int) async throws -> [TopicMessage] {
        try await topicBook?.messages(of: topic, after: offset, limit: limit) ?? []
    }

    func lastOffset(of topic: String) async throws -> Int { try await topicBook?.lastOffset(of: topic) ?? 0 }

    private func redacted(_ row: JSONObject) -> JSONObject { redact(.object(row)).object ?? row }

    /// What is wrong with what was asked, as errors of the step; the history's own failures go on as they are.
    private static func telling<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let mistake as TableMistake {
            throw ConnectorError(type: mistake.kind == .noTable ? "not_found" : "bad_input", mistake.description)
        } catch StoreError.refused(let sentence) {
            throw ConnectorError(type: "bad_input", sentence)
        } catch let failure as OwnerFailure {
            throw ConnectorError(type: failure.kind == "no_such_job" ? "not_found" : "bad_input", failure.description)
        } catch let error as ControlError {
            throw ConnectorError(type: "bad_input", error.description)
        }
    }
}

extension TableChange {
    /// With every row that it writes changed.
    fileprivate func mapped(_ change: (JSONObject) -> JSONObject) -> TableChange {
        switch self {
        case .add(let rows): .add(rows.map(change))
        case .update(let selection, let values): .update(selection, set: change(values))
        case .upsert(let rows, let key): .upsert(rows.map(change), key: key)
        case .delete: self
        }
    }
}
