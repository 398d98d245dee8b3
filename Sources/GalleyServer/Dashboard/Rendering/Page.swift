// A page on its way out: a template with its values, within the frame.

import HTTPTypes
import Hummingbird
import JobHistory

struct Page: Sendable {
    var title: String
    /// Which entry of the navigation it belongs to.
    var section: Section
    var template: String
    var values: [String: PageValue]
    /// Where the browser hears that something on the page has changed.
    var live: String?
    /// The text in the search field.
    var find: String?
    var status = HTTPResponse.Status.ok

    /// The entries of the navigation, in order.
    enum Section: String, Sendable, CaseIterable {
        case home, jobs, approvals, recipes, schedules, webhooks, topics, tables, connections, connectors, settings

        var label: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
        var path: String { self == .home ? "/" : "/" + rawValue }
    }

    init(
        _ title: String, in section: Section, _ template: String, _ values: [String: PageValue], live: String? = nil
    ) {
        (self.title, self.section, self.template, self.values, self.live) = (title, section, template, values, live)
    }
}

extension Dashboard {
    func respond(_ page: Page, to request: RouteRequest) -> Response {
        var values: [String: PageValue] = [
            "title": .text(page.title), "workspace": .text(workspace.name), "assets": .text(Assets.stamp),
            "sprite": .markup(Assets.sprite), "live": .text(page.live), "find": .text(page.find ?? ""),
            "body": .markup(render(page.template, .object(page.values))),
            "nav": .items(Page.Section.allCases) { section in
                [
                    "href": .text(section.path), "label": .text(section.label), "icon": .text(section.rawValue),
                    "current": .flag(section == page.section), "badge": .none,
                ]
            },
        ]
        // The way back, on pages below an entry of the navigation.
        if page.title != page.section.label, page.template != "problem" {
            values["crumb"] = ["href": .text(page.section.path), "label": .text(page.section.label)]
        }
        if let principal = request.principal {
            values["user"] = .text(principal.kind == .local ? nil : principal.name)
            values["canSignOut"] = .flag(principal.kind == .session)
        }
        if let notice = Notice(request.address.query["notice"]?.string) {
            (values["notice"], values["noticeKind"]) = (.text(notice.sentence), .text(notice.isGood ? "good" : "bad"))
        }
        return .html(render("page", .object(values)).html, page.status)
    }

    /// A template filled in; what the templates make is markup by their own escaping.
    func render(_ template: String, _ values: PageValue) -> Markup {
        Markup(rendered: templates.render(template, values) ?? "")
    }

    func problem(_ status: HTTPResponse.Status, _ heading: String, _ detail: String, back: Page.Section) -> Page {
        var page = Page(
            heading, in: back, "problem",
            [
                "heading": .text(heading), "detail": .text(detail), "back": .text(back.path),
                "backLabel": .text("Back to \(back.label.lowercased())"),
            ])
        page.status = status
        return page
    }
}
