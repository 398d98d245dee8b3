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
                var follower = StepFollower(job: job.job)
                while true {
                    let detail = try await HistoryReading.detail(job.job, in: store)
                    for step in try await follower.news(in: store) { StepLine.print(step, full: false) }
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
