// galley jobs watch: follows a job until it ends, from any process.

import ArgumentParser
import Engine
import JSONCore
import JobHistory

struct JobsWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a job's steps until it has ended, waits, or needs a person.")

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var job: JobArgument

    func run() async throws {
        try await reportingErrors {
            let state = try await HistoryReading.with(place) { store in
                var shown: [Int: StepState] = [:]
                while true {
                    let detail = try await HistoryReading.detail(job.job, in: store)
                    // A step that was still open is looked at again; everything before is settled.
                    let open = shown.filter { $0.value == .started || $0.value == .waiting }.keys.min()
                    let after = open.map { $0 - 1 } ?? shown.keys.max()
                    for step in try await store.steps(
                        of: job.job, after: after.flatMap { $0 < 0 ? nil : $0 }, limit: 1_000,
                        includingSuperseded: false)
                    where shown[step.seq] != step.state {
                        shown[step.seq] = step.state
                        StepLine.print(step, full: false)
                    }
                    guard detail.summary.state == .running || detail.summary.state == .queued else {
                        Terminal.note(printable("job \(job.job) \(detail.why)"))
                        return detail.summary.state
                    }
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            if let code = state.exitCode { throw code }
        }
    }
}
