// Recognises lists that come in pages: by a Link header, a next address, a cursor, a page's number or an offset.

import JSONCore

/// A query parameter as page recognition sees it.
struct PageParameter {
    let name: String
    /// Where it stands when a request does not say.
    let start: Int?
    /// The size of a page when a request does not say.
    let fallback: JSON?
    let isRequired: Bool
    let isWhole: Bool

    init(_ name: String, _ draft: ParameterDraft, _ documents: DocumentSet) {
        let schema = draft.schema.flatMap { try? documents.followed($0) }
        self.name = name
        fallback = schema?.json["default"]
        start = fallback?.integer ?? (schema?.json["minimum"] == 0 ? 0 : nil)
        isRequired = draft.isRequired
        isWhole = SchemaKinds(schema?.json.object ?? [:]).names.contains("integer")
    }
}

/// Where the records and the next page of a list are. Formulas are made of names that hold letters, digits and `_` only.
struct PageRecognition {
    /// The schema of a record.
    let item: Node?
    private let items: String
    private let next: JSON
    private let goesOn: String?

    /// nil when nothing says for sure that there are pages.
    init?(_ answer: AnswerDraft, _ parameters: [PageParameter], _ documents: DocumentSet) {
        guard let schema = answer.schema else { return nil }
        let shape = AnswerShape(schema, documents)
        guard let list = shape.list else { return nil }
        items = list.path.isEmpty ? "response.body" : Self.path(list.path)
        item = list.item
        func parameter(_ names: [String]) -> PageParameter? {
            for name in names {
                if let found = parameters.first(where: { Self.bare($0.name) == name }) { return found }
            }
            return nil
        }
        let size = parameter(Self.sizes)
        // What the answer says; else a page that is not full is the last one. A system may give less than it was asked for, but
        // hardly less than it gives unasked.
        let more = shape.first(Self.moreFlags, isAddress: false, kind: "boolean").map(Self.path)
        let full: (String) -> String = { items in
            if let more { return "\(more) == true && \(items).present?" }
            guard let size, Self.isQuotable(size.name) else { return "\(items).present?" }
            let given = "input['\(size.name)']"
            guard let number = size.fallback?.integer else {
                return "\(items).present? && (\(given).blank? || \(items).size >= \(given).to_i)"
            }
            return "\(items).present? && \(items).size >= [(\(given) || \(number)).to_i, \(number)].min"
        }
        let offset = parameter(Self.offsets).flatMap { found in
            // "from" and "start" are as often a time.
            (!found.isRequired || found.start != nil) && Self.isQuotable(found.name)
                && (found.isWhole || !["from", "start"].contains(Self.bare(found.name))) ? found : nil
        }
        let page = parameter(Self.pages).flatMap { !$0.isRequired && Self.isQuotable($0.name) ? $0 : nil }
        if let path = shape.first(Self.nextAddresses, isAddress: true) {
            next = ["url": .string("{{ \(Self.path(path)) }}")]
            goesOn = "\(Self.path(path)).present?"
        } else if let cursor = parameter(Self.cursors), let path = shape.first(Self.nextCursors, isAddress: false) {
            next = ["query": .object([cursor.name: .string("{{ \(Self.path(path)) }}")])]
            goesOn = "\(Self.path(path)).present?"
        } else if let after = parameter(["startingafter"]),
            let more = shape.first([["has_more"], ["hasMore"]], isAddress: false),
            shape.hasID
        {
            next = ["query": .object([after.name: .string("{{ \(items).last&.dig('id') }}")])]
            goesOn = "\(Self.path(more)) && \(items).present?"
        } else if answer.headers.contains("link") {
            next = ["url": .string("{{ \(Self.link) }}")]
            goesOn = "\(Self.link).present?"
        } else if let offset, let path = shape.first(Self.nextOffsets, isAddress: false, kind: "integer") {
            next = ["query": .object([offset.name: .string("{{ \(Self.path(path)) }}")])]
            goesOn = "\(Self.path(path)).present?"
        } else if let page, offset == nil || size.map({ Self.bare($0.name) != "limit" }) ?? true {
            let start = page.start ?? 1
            next = ["query": .object([page.name: .string("{{ (input['\(page.name)'] || \(start)).to_i + page }}")])]
            goesOn = full(items)
        } else if let offset {
            next = [
                "query": .object([
                    offset.name: .string("{{ (input['\(offset.name)'] || \(offset.start ?? 0)).to_i + count }}")
                ])
            ]
            goesOn = full(items)
        } else {
            return nil
        }
    }

    func json(item: JSON?, limit: String) -> JSON {
        var json: JSONObject = ["items": .string(items), "next": next]
        json["while"] = goesOn.map { .string($0) }
        json["limit"] = .string("{{ input.\(limit) }}")
        if let item, item != [:] { json["item_schema"] = item }
        return .object(json)
    }

    // MARK: - Names

    private static let sizes = [
        "perpage", "pagesize", "limit", "maxresults", "top", "first", "count", "size", "itemsperpage", "rows",
        "resultsperpage",
    ]
    private static let cursors = [
        "cursor", "pagetoken", "nexttoken", "nextpagetoken", "pagecursor", "continuationtoken", "nextcursor", "marker",
        "after", "bookmark",
        "startcursor", "pageafter", "continue", "scrollid", "offset", "page",
    ]
    private static let pages = ["page", "pagenumber", "pageno", "pageindex", "currentpage", "p"]
    private static let offsets = ["offset", "skip", "startat", "start", "from", "startindex", "startposition"]

    private static let nextOffsets = [
        ["next"], ["next_offset"], ["nextOffset"], ["next_start"], ["nextStart"], ["pagination", "next_offset"],
        ["meta", "next_offset"], ["paging", "next_offset"],
    ]
    private static let moreFlags: [[String]] = {
        let names = [
            "has_more", "hasMore", "more", "has_next", "hasNext", "has_next_page", "hasNextPage", "more_items",
        ]
        return names.map { [$0] }
            + ["meta", "pagination", "paging", "page_info", "pageInfo", "metadata"].flatMap { outer in
                names.map { [outer, $0] }
            }
    }()
    private static let containers = [
        "", "meta", "pagination", "paging", "page_info", "pageInfo", "response_metadata", "metadata", "links", "_links",
        "paging.next", "page", "cursor", "cursors", "paging.cursors",
    ]
    private static let nextAddresses =
        [
            ["next"], ["next_url"], ["nextUrl"], ["next_page_url"], ["nextPageUrl"], ["nextLink"], ["next_link"],
            ["@odata.nextLink"], ["next_page_uri"], ["nextPageUri"], ["links", "next"], ["_links", "next", "href"],
            ["links", "next", "href"], ["_links", "next"], ["paging", "next"], ["pagination", "next"],
            ["pagination", "next_url"], ["meta", "next"], ["meta", "next_page_url"], ["meta", "next_url"],
            ["next", "href"], ["links", "pages", "next"], ["next_page"], ["paging", "next", "link"],
        ]
    private static let nextCursors: [[String]] = {
        let names = [
            "next_cursor", "nextCursor", "next_page_token", "nextPageToken", "next_token", "nextToken", "NextToken",
            "next_page_cursor", "continuation_token", "continuationToken", "next_marker", "nextMarker", "NextMarker",
            "end_cursor",
            "endCursor", "after", "next", "bookmark", "continue", "scroll_id", "cursor", "next_offset", "nextPage",
            "next_page",
        ]
        return names.map { [$0] }
            + containers.dropFirst().flatMap { container in
                names.map { container.split(separator: ".").map { String($0) } + [$0] }
            } + [["next_page", "offset"], ["paging", "next", "after"]]
    }()

    /// `page[size]`, `per_page` and `perPage` are the same.
    private static func bare(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Whether a name may stand in a formula's quotes.
    private static func isQuotable(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "_-.[]$@".utf8.contains($0)
        }
    }

    /// `response.body&.dig('data', 'items')`: nil on the way stays nil.
    private static func path(_ names: [String]) -> String {
        "response.body&.dig(" + names.map { "'\($0)'" }.joined(separator: ", ") + ")"
    }

    /// The address of RFC 8288's relation "next".
    /// RFC 8288 §3: names of any case, texts in quotes with commas in them, several relations in one.
    private static let link =
        #"response.headers['link'].to_s[/<([^<>]*)>(?:[^<>,"]|"[^"]*")*;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?![^\s,;]))/i, 1]"#
}

/// What an answer's schema says about lists and about what stands beside them.
private struct AnswerShape {
    private let documents: DocumentSet
    private let top: [(key: String, value: Node)]
    private(set) var list: (path: [String], item: Node?)?

    init(_ schema: Node, _ documents: DocumentSet) {
        self.documents = documents
        let followed = (try? documents.followed(schema)) ?? schema
        top = Self.members(schema, documents)
        if SchemaKinds(followed.json.object ?? [:]).names == ["array"] {
            list = ([], followed["items"])
            return
        }
        let lists = top.filter { isList($0.value) && Self.isPlain($0.key) }
        let known = [
            "data", "items", "results", "values", "value", "records", "entries", "objects", "list", "content",
            "resources", "rows", "elements",
        ]
        let named = known.lazy.compactMap { name in lists.first { $0.key == name } }.first
        if let found = named ?? (lists.count == 1 ? lists[0] : nil) {
            list = ([found.key], items(found.value))
        } else if let outer = top.first(where: { ["data", "result", "response", "_embedded"].contains($0.key) }) {
            let inner = Self.members(outer.value, documents).filter {
                isList($0.value) && Self.isPlain($0.key)
            }
            if inner.count == 1 { list = ([outer.key, inner[0].key], items(inner[0].value)) }
        }
    }

    /// Whether records have an `id`.
    var hasID: Bool {
        guard let item = list?.item else { return false }
        let followed = (try? documents.followed(item)) ?? item
        let parts = (followed["anyOf"] ?? followed["oneOf"])?.array ?? [item]
        return parts.allSatisfy { part in Self.members(part, documents).contains { $0.key == "id" } }
    }

    /// The first of several ways through the members that ends at a text (an address, or anything that is no object).
    /// - Parameter kind: what it has to be; nil for anything that is no object.
    func first(_ ways: [[String]], isAddress: Bool, kind: String? = nil) -> [String]? {
        ways.first { way in
            var members = top
            for (place, name) in way.enumerated() {
                guard let found = members.first(where: { $0.key == name })?.value else { return false }
                if place + 1 < way.count {
                    members = Self.members(found, documents)
                    continue
                }
                let schema = (try? documents.followed(found)) ?? found
                let kinds = SchemaKinds(schema.json.object ?? [:]).names
                if kinds.contains("object") || kinds.contains("array") || schema["properties"] != nil { return false }
                guard isAddress else { return kind.map { kinds.contains($0) } ?? true }
                let says =
                    name.lowercased().contains("url") || name.lowercased().contains("uri")
                    || name.lowercased().hasSuffix("link") || name == "href" || way.contains("links")
                    || way.contains("_links")
                let described = (schema.text("description") ?? "").lowercased()
                let format = schema.text("format") ?? ""
                let shows =
                    (schema.text("example") ?? "").hasPrefix("http") || (schema.text("example") ?? "").hasPrefix("/")
                return kinds.contains("string")
                    && (says || format.hasPrefix("ur") || shows || described.contains("url")
                        || described.contains("uri"))
            }
            return false
        }
    }

    private func isList(_ node: Node) -> Bool {
        let followed = (try? documents.followed(node)) ?? node
        return SchemaKinds(followed.json.object ?? [:]).names.contains("array")
    }

    private func items(_ node: Node) -> Node? { ((try? documents.followed(node)) ?? node)["items"] }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
                    || $0 == 0x2D
            }
    }

    private static func members(_ node: Node, _ documents: DocumentSet) -> [(key: String, value: Node)] {
        (documents.parts(of: node) ?? []).reversed().flatMap { $0["properties"]?.object ?? [] }
    }
}
