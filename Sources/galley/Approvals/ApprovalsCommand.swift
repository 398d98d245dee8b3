// galley approvals: what recipes ask people, and answering it.

import ArgumentParser
import Engine
import JSONCore
import JobHistory

struct Approvals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approvals", abstract: "What recipes ask people to decide: list, look, answer.",
        subcommands: [ApprovalsList.self, ApprovalsShow.self, ApprovalsAnswer.self],
        defaultSubcommand: ApprovalsList.self)
}

struct ApprovalsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The requests that wait for an answer, newest first.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "Those that are decided, expired or not needed any more.")
    var decided = false
    @Flag(help: "All of them.")
    var all = false
    @Option(help: "Only those of this job.")
    var job: Int64?
    @Option(name: .customLong("for"), help: "Only those that wait for this approver.")
    var person: String?
    @Option(help: "How many.")
    var limit = 50
    @Option(help: "Only requests before this number: the next page.")
    var before: Int64?
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard [all, decided, person != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("choose one of --decided, --all and --for")
        }
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 10000") }
    }

    func run() async throws {
        try await reportingErrors {
            let filter = ApprovalFilter(
                isOpen: all ? nil : !decided, job: job, person: person, before: before, limit: limit)
            let found = try await venue.with { try await $0.approvals(filter) }
            var listing = Listing("ID", "STATE", "TITLE", "ASKED BY", "ASKED", "UNTIL", "ANSWERS")
            for approval in found {
                listing.add(
                    "\(approval["id"]?.integer ?? 0)", approval["state"]?.string ?? "",
                    shortened(approval["title"]?.string ?? "", to: 60),
                    "\(approval["recipe"]?.string ?? "") (job \(approval["job"]?.integer ?? 0))",
                    TimeText.words(approval["asked_at"]) ?? "", TimeText.words(approval["deadline"]) ?? "",
                    approval["words"]?.string ?? "", json: approval)
            }
            listing.print(
                asJSON: json,
                empty: decided || all
                    ? "nothing was asked yet" : "nothing waits for an answer; --decided lists what was answered")
            guard !json, !found.isEmpty else { return }
            if found.count == limit, let last = found.last?["id"]?.integer {
                Terminal.note(Terminal.style("next page: the same with --before \(last)", .dim))
            } else if !decided, !all, let first = found.first?["id"]?.integer {
                Terminal.note(Terminal.style("next: galley approvals show \(first)", .dim))
            }
        }
    }
}

struct ApprovalsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One request: what to decide, who is asked, and the answers.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "Its number.")
    var id: Int64
    @Flag(
        help: "Each approver's link too; only on the machine of the workspace. Whoever has one answers in their name.")
    var links = false
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            guard !links || !venue.isRemote else {
                throw OwnerFailure(kind: "refused", "--links works on the machine of the workspace only")
            }
            let approval = try await venue.with { try await $0.approval(id) }
            let addresses = links ? try await LocalVenue(venue.place).links(ofApproval: id) : []
            if addresses.contains(where: { $0["link"]?.string?.hasPrefix("/") == true }) {
                Terminal.warning(
                    "the links lack the server's address: no server of this workspace runs, and galley.json says no public_url"
                )
            }
            if json {
                var object = approval.object ?? [:]
                if links { object["links"] = .array(addresses) }
                return Terminal.print(JSON.object(object).indented)
            }
            Terminal.print(Terminal.outputStyle(printable(approval["title"]?.string ?? ""), .bold))
            Terminal.print(
                "approval \(id) of \(approval["recipe"]?.string ?? ""), job \(approval["job"]?.integer ?? 0): \(approval["state"]?.string ?? "")"
            )
            if let text = approval["text"]?.string, !text.isEmpty {
                Terminal.print("")
                for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                    Terminal.print(printable(String(line)))
                }
            }
            let fields = approval["fields"]?.object ?? [:]
            if !fields.isEmpty { Terminal.print("") }
            for (name, value) in fields {
                Terminal.print("  \(printable(name)): \(printable(value.string ?? value.compact))")
            }
            Terminal.print("")
            Terminal.print(printable(approval["words"]?.string ?? ""))
            for answer in approval["answers"]?.array ?? [] { print(answer) }
            if let deadline = TimeText.words(approval["deadline"]) {
                Terminal.print("until \(deadline), then: \(approval["on_deadline"]?.string ?? "")")
            }
            for entry in addresses {
                Terminal.print("\(printable(entry["approver"]?.string ?? "")): \(entry["link"]?.string ?? "")")
            }
            if approval["state"]?.string == "open" {
                Terminal.note(
                    Terminal.style("next: galley approvals answer \(id) --approve, or --reject --reason WHY", .dim))
            }
        }
    }

    private func print(_ answer: JSON) {
        var line = "  \(answer["by"]?.string ?? "") \(answer["answer"] == "approve" ? "approved" : "rejected")"
        if let other = answer["entered_by"]?.string { line += ", entered by \(other)" }
        line += " (\(answer["way"]?.string ?? ""), \(TimeText.words(answer["at"]) ?? ""))"
        if let reason = answer["reason"]?.string { line += ": \(reason)" }
        Terminal.print(printable(line))
    }
}

struct ApprovalsAnswer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Approve or reject a request; its job goes on when it is decided.",
        discussion: """
            The answer is noted in the name of the system's user, or of --as. The command ends with 0 when the answer is \
            noted, however the job goes on.
            """)

    @OptionGroup var venue: VenueOptions
    @Argument(help: "Its number.")
    var id: Int64
    @Flag(help: "Approve it.")
    var approve = false
    @Flag(help: "Reject it.")
    var reject = false
    @Option(help: "Why; kept with the answer and in the audit log.")
    var reason: String?
    @Option(name: .customLong("as"), help: "For whom: an approver's name.")
    var name: String?
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard approve != reject else { throw ValidationError("say one of --approve and --reject") }
    }

    func run() async throws {
        try await reportingErrors {
            let printer = json ? nil : StepPrinter()
            let answer: JSON
            do {
                defer { printer?.end() }
                answer = try await venue.perform(
                    .answer(ApprovalReply(approval: id, approves: approve, reason: reason, name: name)),
                    observer: { printer?.show($0) })
            }
            // A server answers with the approval alone.
            let approval = answer["approval"] ?? answer
            if json { return Terminal.print(answer.indented) }
            Terminal.note(
                "noted: \(approve ? "approved" : "rejected"); approval \(id) is \(approval["state"]?.string ?? ""): \(printable(approval["words"]?.string ?? ""))"
            )
            guard approval["state"]?.string != "open" else { return }
            let job = approval["job"]?.integer ?? 0
            guard let result = answer["job"].flatMap(JobResult.init) else {
                return Terminal.note(Terminal.style("job \(job) goes on: galley jobs show \(job)", .dim))
            }
            Terminal.note(
                "job \(result.job) \(result.state.words)" + (result.reason.map { ": \(printable($0))" } ?? ""))
            if let error = result.error { Terminal.note("  " + printable(RunError.sentence(error))) }
            Terminal.note(Terminal.style("next: \(result.nextCommand)", .dim))
        }
    }
}
