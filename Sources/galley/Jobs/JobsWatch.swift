// galley jobs watch: follows a job until it ends, from any process.

import ArgumentParser
import JSONCore

struct JobsWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a job's steps until it has ended, waits, or needs a person.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var job: JobArgument

    func run() async throws {
        try await reportingErrors {
            let view = JobView(
                try await venue.with { venue in
                    try await venue.watch(job.job) { StepLine.print($0, full: false) }
                })
            Terminal.note(printable(view.sentence))
            if let code = view.state?.exitCode { throw code }
        }
    }
}
