// galley jobs: what ran, why it is where it is, and what to do about it.

import ArgumentParser
import JobHistory

struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "What ran: list, show, watch, explain; retry, rerun, cancel, decide.",
        subcommands: [
            JobsList.self, JobsShow.self, JobsSteps.self, JobsWatch.self, JobsWhy.self, JobsRetry.self, JobsRerun.self,
            JobsResume.self, JobsCancel.self, JobsDecide.self, JobsExport.self, JobsPrune.self,
        ], defaultSubcommand: JobsList.self)
}

/// A job's number on the command line.
struct JobArgument: ParsableArguments {
    @Argument(help: "The job's number.")
    var job: Int64
}
