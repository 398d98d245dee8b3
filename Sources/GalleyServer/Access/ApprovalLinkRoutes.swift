// /approve/SECRET: answering by a link, without signing in. Looking never answers: mail scanners look too.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory

struct ApprovalLinkRoutes: Sendable {
    let engine: Engine
    /// The workspace's name: who is asking.
    let workspace: String

    var list: [Route] {
        [
            Route(.get, "/approve/{secret}", .open) { try await show($0) },
            Route(.post, "/approve/{secret}", .open, isForm: true) { try await take($0) },
        ]
    }

    /// What a link is for.
    /// - Throws: `Problem` 404 for a link that never was, 429 for too many looks.
    private func find(_ asked: RouteRequest) async throws -> (approval: Approval, name: String) {
        if let wait = engine.approvals.admit(from: asked.peer.address) {
            var problem = Problem(.tooManyRequests, "too many looks at links; try again in \(wait) s")
            problem.headers[.retryAfter] = String(wait)
            throw problem
        }
        guard let (approval, approver) = try await engine.approvals.approval(linkSecret: asked["secret"]) else {
            throw Problem(
                .notFound,
                "there is no such link: it may be cut off, or what it was for has been deleted")
        }
        return (approval, approver.name)
    }

    private func show(_ asked: RouteRequest) async throws -> Response {
        let (approval, name) = try await find(asked)
        return answer(page(approval, name))
    }

    /// No search engine should keep it, wherever it found the link.
    private func answer(_ page: String, _ status: HTTPResponse.Status = .ok) -> Response {
        var response = Response.html(page, status)
        if let name = HTTPField.Name("X-Robots-Tag") { response.headers[name] = "noindex" }
        return response
    }

    private func take(_ asked: RouteRequest) async throws -> Response {
        let (approval, name) = try await find(asked)
        let form = try await asked.form()
        guard let approves = ApprovalForm.approves(form) else {
            throw Problem(.badRequest, "say what the answer is: approve or reject")
        }
        do {
            _ = try await engine.answer(
                linkSecret: asked["secret"], approves: approves, reason: form["reason"]?.string,
                from: asked.peer.address)
        } catch let failure as OwnerFailure where failure.kind == "invalid" {
            return answer(
                page(approval, name, mistake: failure.sentence, typed: form["reason"]?.string ?? ""),
                .unprocessableContent)
        } catch let failure as OwnerFailure where ["refused", "forbidden"].contains(failure.kind) {
            // Somebody was faster, or it is over: the page says so.
            let (approval, name) = try await find(asked)
            return answer(page(approval, name), .conflict)
        }
        return .seeOther("/approve/\(asked["secret"])")
    }

    private func page(_ approval: Approval, _ name: String, mistake: String? = nil, typed: String = "") -> String {
        ApprovalLinkPage(
            approval: approval, name: name, workspace: workspace,
            times: TimeWords(now: engine.approvals.now, zone: engine.services.timeZone)
        ).html(mistake: mistake, typed: typed)
    }
}

/// The page behind a link: works without a script, and says plainly how things stand.
struct ApprovalLinkPage {
    let approval: Approval
    let name: String
    let workspace: String
    let times: TimeWords

    func html(mistake: String?, typed: String) -> String {
        AccessPages.page(approval.title, question + (answer(mistake, typed) + [people]).joined(), isQuestion: true)
    }

    private var question: String {
        var html = ""
        if !approval.text.isEmpty { html += "<p class=\"asked\">\(safe(approval.text))</p>\n" }
        if !approval.fields.isEmpty {
            let facts = approval.fields.entries.map {
                "<dt>\(safe($0.key))</dt><dd>\(safe(Dashboard.cell($0.value)))</dd>"
            }
            html += "<dl class=\"facts\">\(facts.joined(separator: "\n"))</dl>\n"
        }
        return html
    }

    private func answer(_ mistake: String?, _ typed: String) -> [String] {
        if let own = approval.answer(of: name) {
            let reason = own.reason.map { ": \(safe($0))" } ?? ""
            return [
                "<p role=\"status\"><strong>You have \(own.approves ? "approved" : "rejected") this</strong>\(reason)</p>\n",
                over.map { "<p>\(safe($0))</p>\n" } ?? "",
            ]
        }
        if let over { return ["<p role=\"status\"><strong>\(safe(over))</strong> Nothing more is to be done.</p>\n"] }
        guard approval.asks(name) else {
            let when = approval.escalatesAt.map { ", \(times.full($0))" } ?? ""
            return ["<p role=\"status\">You are asked only if it has not been decided by then\(safe(when)).</p>\n"]
        }
        let alert = mistake.map { "<p role=\"alert\" class=\"notice bad\">\(safe($0))</p>\n" } ?? ""
        return [
            """
            \(alert)<form method="post">
            <p>You answer as <strong>\(safe(name))</strong>.</p>
            <label>\(safe(approval.reasonRule.label)) <textarea name="reason" maxlength="1000">\(safe(typed))</textarea></label>
            <div class="actions"><button class="primary" name="answer" value="approve">Approve</button>
            <button class="danger" name="answer" value="reject">Reject</button></div>
            </form>

            """
        ]
    }

    /// How it ended, as a sentence; nil while it is open.
    private var over: String? {
        guard approval.state != .open else { return nil }
        return "This request is over: \(approval.words)."
    }

    private var people: String {
        var lines = ["asked by \(workspace), \(times.full(approval.askedAt))"]
        if let deadline = approval.deadline, approval.state == .open {
            lines.append("open until \(times.full(deadline))")
        }
        if approval.needed > 1 { lines.append("\(approval.approvals) of \(approval.needed) approvals so far") }
        return "<p class=\"small\">\(safe(lines.joined(separator: " · ")))</p>\n"
    }

    private func safe(_ text: String) -> String { AccessPages.escaped(text) }
}
