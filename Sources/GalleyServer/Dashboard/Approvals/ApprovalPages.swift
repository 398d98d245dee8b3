// The pages of what recipes ask people: the list, one request, and answering it.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    private static let approvalsShown = 50
    /// Open requests that are looked through for those of one person.
    private static let mostLookedThrough = 1_000

    private enum ApprovalView: String, CaseIterable {
        case mine, open, decided

        var label: String {
            switch self {
            case .mine: "Waiting for you"
            case .open: "Open"
            case .decided: "Decided"
            }
        }
        var emptyNote: String {
            switch self {
            case .mine: "Nothing waits for your answer."
            case .open: "Nothing waits for an answer. Recipes ask with the steps approval.request and approval.open."
            case .decided: "Nothing was decided yet."
            }
        }
        var link: String { "/approvals?view=\(rawValue)" }
    }

    func approvalListPage(_ request: RouteRequest) async throws -> Page {
        let query = request.address.query
        let who = request.principal ?? .local
        let open = try await engine.approvals.approvals(
            ApprovalFilter(isOpen: true, limit: Self.mostLookedThrough))
        let mine = open.filter { $0.waits(for: who) }
        let named = query["view"]?.string.flatMap(ApprovalView.init)
        let view = named ?? (mine.isEmpty && !open.isEmpty ? .open : .mine)
        let before = query["before"]?.string.flatMap { Int64($0) }
        let found: [Approval] =
            switch view {
            case .mine: mine.filter { approval in before.map { approval.id < $0 } ?? true }
            case .open: open.filter { approval in before.map { approval.id < $0 } ?? true }
            case .decided:
                try await engine.approvals.approvals(
                    ApprovalFilter(isOpen: false, before: before, limit: Self.approvalsShown + 1))
            }
        let shown = found.prefix(Self.approvalsShown)
        let names = await engine.recipes.entries
        let counts: [ApprovalView: Int] = [.mine: mine.count, .open: open.count]
        return Page(
            "Approvals", in: .approvals, "approvals",
            [
                "views": .items(ApprovalView.allCases) { one in
                    [
                        "href": .text(one.link), "label": .text(one.label), "current": .flag(one == view),
                        "count": .text(counts[one].map { NumberWords.count($0) }),
                    ]
                },
                "any": .flag(!shown.isEmpty), "emptyNote": .text(view.emptyNote),
                "rows": .items(shown) { .object(values(of: $0, names)) },
                "paged": .flag(found.count > shown.count || before != nil),
                "older": .text(found.count > shown.count ? shown.last.map { "\(view.link)&before=\($0.id)" } : nil),
                "newest": .text(before == nil ? nil : view.link),
            ], live: before == nil ? "/api/v1/events" : nil)
    }

    private func values(of approval: Approval, _ recipes: [String: LiveRecipes.Entry]) -> [String: PageValue] {
        let excerpt = approval.text.split(separator: "\n").first.map { String($0.prefix(160)) }
        var values: [String: PageValue] = [
            "id": .text("\(approval.id)"), "self": .text("/approvals/\(approval.id)"), "title": .text(approval.title),
            "excerpt": .text(excerpt), "words": .text(approval.words),
            "recipe": .text(recipes[approval.recipe]?.version?.recipe.name ?? approval.recipe),
            "recipeLink": .text(path("recipes", approval.recipe)), "job": .text("\(approval.job)"),
            "asked": times.value(approval.askedAt), "deadline": times.value(approval.deadline),
        ]
        values.merge(approval.state.members) { $1 }
        return values
    }

    /// - Parameters:
    ///   - mistake: why an answer was not taken.
    ///   - typed: the reason that was typed with it.
    func approvalPage(_ request: RouteRequest, mistake: String? = nil, typed: String = "") async throws -> Page {
        guard let id = Int64(request["id"]), id > 0, let approval = try? await engine.approvals.approval(id) else {
            return problem(
                .notFound, "There is no such approval",
                "Nothing is known of an approval with this number. It goes with its job, after the time that Settings says.",
                back: .approvals)
        }
        var values = values(of: approval, await engine.recipes.entries)
        let who = request.principal ?? .local
        let isOpen = approval.state == .open
        let others = isOpen && who.role >= .admin && !approval.waits(for: who) ? approval.missing : []
        values["mistake"] = .text(mistake)
        values["text"] = .text(approval.text)
        values["fields"] = .items(approval.fields.entries) { name, value in
            ["name": .text(name), "value": .text(Self.cell(value))]
        }
        values["anyFields"] = .flag(!approval.fields.isEmpty)
        values["nothing"] = .flag(approval.text.isEmpty && approval.fields.isEmpty)
        values["onDeadline"] = .text(isOpen ? approval.onDeadline.words : nil)
        values["escalation"] = .text(escalation(approval))
        values["mayAnswer"] = .flag(isOpen && (approval.waits(for: who) || !others.isEmpty))
        (values["others"], values["anyOthers"]) = (.items(others) { .text($0) }, .flag(!others.isEmpty))
        values["reasonLabel"] = .text(approval.reasonRule.label)
        values["typed"] = .text(typed)
        values["whyNot"] = .text(isOpen && others.isEmpty ? approval.whyNot(who) : nil)
        values["anyAnswers"] = .flag(!approval.answers.isEmpty)
        values["answers"] = .items(approval.answers) { answer in
            [
                "key": .text(answer.approves ? "succeeded" : "failed"),
                "word": .text(answer.approves ? "Approved" : "Rejected"), "by": .text(answer.person),
                "enteredBy": .text(answer.enteredBy), "reason": .text(answer.reason), "at": times.value(answer.at),
                "way": .text(Approval.words(ofWay: answer.way)),
            ]
        }
        return Page("Approval \(id): \(approval.title)", in: .approvals, "approval", values)
    }

    private func escalation(_ approval: Approval) -> String? {
        guard let at = approval.escalatesAt, approval.state == .open || approval.isEscalated else { return nil }
        let later = approval.approvers.filter(\.isLater).map(\.name).joined(separator: ", ")
        return approval.isEscalated
            ? "escalated to \(later)" : "escalates to \(later) \(times.both(at))"
    }

    func answerApproval(_ request: RouteRequest) async throws -> Response {
        let id = try request.number("id")
        _ = try await engine.approvals.approval(id)  // says so when there is none
        let form = try await request.form()
        let reason = form["reason"]?.string
        guard let approves = ApprovalForm.approves(form) else {
            throw Problem(.badRequest, "say what the answer is: approve or reject")
        }
        let reply = ApprovalReply(
            approval: id, approves: approves, reason: reason,
            name: form["for"]?.string.flatMap { $0.isEmpty ? nil : $0 })
        do {
            _ = try await engine.answer(
                reply, by: request.principal ?? .local, way: "dashboard", from: request.peer.address)
        } catch let failure as OwnerFailure where failure.kind == "invalid" || failure.kind == "refused" {
            var page = try await approvalPage(request, mistake: failure.sentence, typed: reason ?? "")
            page.status = failure.kind == "invalid" ? .unprocessableContent : .conflict
            request.subject.set(nil)
            return respond(page, to: request)
        }
        request.subject.set(nil)  // noted with the answer
        return .seeOther("/approvals/\(id)?notice=\(Notice.answered.rawValue)")
    }

    /// For the page of a job: what it asks people.
    func asks(_ detail: JobDetail) async throws -> PageValue {
        var asked: [PageValue] = []
        for id in detail.approvals {
            guard let approval = try? await engine.approvals.approval(id) else { continue }
            asked.append([
                "href": .text("/approvals/\(id)"), "title": .text(approval.title), "words": .text(approval.words),
            ])
        }
        return .list(asked)
    }
}

/// The form of an answer.
enum ApprovalForm {
    static func approves(_ form: JSONObject) -> Bool? {
        switch form["answer"]?.string {
        case "approve": true
        case "reject": false
        default: nil
        }
    }
}

extension OwnerFailure {
    /// With a capital and a full stop, to stand alone.
    var sentence: String { description.prefix(1).uppercased() + description.dropFirst() + "." }
}
