// A job as a recipe test: its event, what its steps gave as mocks, and how it ended as the expectation.

import Engine
import Hummingbird
import HTTPTypes
import JSONCore
import JobHistory
import NIOCore
import RecipeLanguage

extension Dashboard {
    func exportTest(_ request: RouteRequest) async throws -> Response {
        let id = try request.number("job")
        let test = JSON.object(try await JobTest.of(id, engine))
        var response = Response.json(test)
        response.body = ResponseBody(byteBuffer: ByteBuffer(string: test.indented + "\n"))
        response.headers[.contentDisposition] = "attachment; filename=\"job-\(id).json\""
        return response
    }
}

enum JobTest {
    private static let stepsExported = 2_000

    /// Whether a run can come to the same end by itself.
    static func isPossible(_ state: JobState) -> Bool { [.succeeded, .failed].contains(state) }

    /// - Throws: `StoreError` when there is no such job; `ControlError` when no test could come to its end.
    static func of(_ id: JobID, _ engine: Engine) async throws -> JSONObject {
        guard let detail = try await engine.store.job(id) else { throw StoreError.noSuchJob(id) }
        let state = detail.summary.state
        guard isPossible(state) else {
            throw ControlError(
                "job \(id) is \(state.word.lowercased()): only a job that succeeded or failed by itself makes a test")
        }
        let names = StepNames(await engine.recipe(of: detail))
        let steps = try await engine.store.steps(of: id, limit: stepsExported, mostBytes: 8 << 20)
        return test(of: detail, steps, names)
    }

    private static func test(of detail: JobDetail, _ steps: [StepRecord], _ names: StepNames) -> JSONObject {
        var mocks = JSONObject()
        for step in steps {
            guard let known = names.step(step.number), case .action = known.kind else { continue }
            // Names serve all items of a loop; addresses only where items differ from each other.
            let name = step.address.contains("[") || step.address.contains("~") ? step.address : known.name
            if let error = step.error {
                mocks[name] = ["error": error]
            } else if let output = step.output {
                mocks[name] = ["output": output]
            }
        }
        var expect: JSONObject = ["state": .string(detail.summary.state.description)]
        if let result = detail.result { expect["result"] = result }
        if let message = detail.error?["message"] { expect["error"] = message }
        var test: JSONObject = [
            "name": .string("As job \(detail.summary.id)"),
            "now": .string(InstantText.iso(detail.summary.startedAt ?? detail.summary.createdAt)),
            "event": detail.event,
        ]
        if !mocks.isEmpty { test["mocks"] = .object(mocks) }
        test["expect"] = .object(expect)
        return test
    }
}
