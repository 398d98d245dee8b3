// Reads `alerts` of galley.json: rules by name, each mistake with its place.

import JSONCore
import RecipeLanguage

/// Something that a rule names and that has to be there.
struct AlertReference: Sendable {
    enum Kind: Sendable { case recipe, mail, secret }
    let kind: Kind
    let name: String
    let file: String
    let range: Range<Int>
    let pointer: String
}

/// Reads one `alerts` object.
struct AlertReader {
    static let known = ["on", "recipes", "to", "group", "throttle", "recovery"]
    static let mostRules = 100

    let reading: DocumentReading
    private(set) var rules: [AlertRule] = []
    private(set) var references: [AlertReference] = []

    init(_ node: JSONNode, _ reading: DocumentReading) {
        self.reading = reading
        let members = reading.members(of: node, at: "/alerts", known: nil, what: "\"alerts\"")
        if members.count > Self.mostRules {
            reading.add(
                "out_of_range", "there are \(members.count) alert rules; the most is \(Self.mostRules)",
                range: node.range, pointer: "/alerts")
        }
        for member in members { read(member) }
    }

    private mutating func read(_ member: JSONMember) {
        let pointer = "/alerts/" + DocumentReading.escaped(member.key)
        guard WorkspaceName.isAllowed(member.key) else {
            return reading.add(
                "bad_name",
                "\"\(WorkspaceName.printable(member.key))\" can't name an alert rule: use letters, digits, _, - and .",
                range: member.keyRange, pointer: pointer)
        }
        var rule = AlertRule(name: member.key)
        var given: Set<String> = []
        for part in reading.members(of: member.value, at: pointer, known: Self.known, what: "an alert rule") {
            given.insert(part.key)
            let place = pointer + "/" + part.key
            switch part.key {
            case "on":
                for (node, at) in elements(part.value, at: place) {
                    if let condition = condition(node, at: at) { rule.conditions.append(condition) }
                }
                if case .array(let all) = part.value.content, all.isEmpty { missing("\"on\" is empty", part, place) }
            case "recipes":
                rule.recipes = elements(part.value, at: place).compactMap { name($0.node, .recipe, at: $0.pointer) }
                if rule.recipes?.isEmpty == true, case .array = part.value.content {
                    missing("\"recipes\" is empty; leave it out for all recipes", part, place)
                }
            case "to":
                for (node, at) in elements(part.value, at: place) {
                    if let target = target(node, at: at) { rule.targets.append(target) }
                }
                if case .array(let all) = part.value.content, all.isEmpty { missing("\"to\" is empty", part, place) }
                if rule.targets.count > AlertRule.mostTargets {
                    missing("a rule tells at most \(AlertRule.mostTargets) places", part, place)
                }
            case "group": rule.group = duration(part, at: pointer, upTo: .seconds(86_400)) ?? rule.group
            case "throttle": rule.throttle = duration(part, at: pointer, upTo: .seconds(30 * 86_400)) ?? rule.throttle
            case "recovery": rule.tellsRecovery = reading.bool(part, at: pointer) ?? rule.tellsRecovery
            default: break
            }
        }
        for key in ["on", "to"] where !given.contains(key) {
            let what = key == "on" ? "what it tells of" : "whom it tells"
            reading.add(
                "missing_field", "the alert rule \"\(rule.name)\" has no \"\(key)\": \(what)", range: member.keyRange,
                pointer: pointer)
        }
        for condition in rule.conditions where condition.kind == .silence && rule.silentRecipes(condition).isEmpty {
            reading.add(
                "missing_field",
                "the alert rule \"\(rule.name)\" does not say whose silence: give \"recipe\" within \"silence\", or \"recipes\"",
                range: member.keyRange, pointer: pointer)
        }
        rules.append(rule)
    }

    private func missing(_ sentence: String, _ member: JSONMember, _ pointer: String) {
        reading.add("out_of_range", sentence, range: member.value.range, pointer: pointer)
    }

    // MARK: What

    private mutating func condition(_ node: JSONNode, at pointer: String) -> AlertRule.Condition? {
        switch node.content {
        case .string(let word):
            guard let kind = kind(word, node.range, at: pointer) else { return nil }
            if [.repeatedFailure, .silence].contains(kind) {
                let example =
                    kind == .silence
                    ? #"{"silence": {"recipe": "orders", "for": "2h"}}"#
                    : #"{"repeated_failure": {"count": 3, "within": "10m"}}"#
                reading.add(
                    "missing_field", "\"\(word)\" needs its terms", suggestion: "write \(example)", range: node.range,
                    pointer: pointer)
                return nil
            }
            var condition = AlertRule.Condition(kind)
            condition.count = Self.usualCount(kind)
            return condition
        case .object(let members):
            guard members.count == 1, let member = members.first else {
                reading.add(
                    "wrong_type", "an entry of \"on\" is one word, or one word with its terms", range: node.range,
                    pointer: pointer)
                return nil
            }
            guard let kind = kind(member.key, member.keyRange, at: pointer) else { return nil }
            return terms(kind, member.value, at: pointer + "/" + member.key)
        default:
            reading.add(
                "wrong_type", "an entry of \"on\" must be a word or an object but is \(node.kindInWords)",
                range: node.range, pointer: pointer)
            return nil
        }
    }

    /// When left out.
    private static func usualCount(_ kind: AlertRule.Kind) -> Int {
        switch kind {
        case .repeatedFailure: 3
        case .pollsFailing, .subscriptionFailing: 5
        default: 1
        }
    }

    private func kind(_ word: String, _ range: Range<Int>, at pointer: String) -> AlertRule.Kind? {
        if let kind = AlertRule.Kind(word: word) { return kind }
        let words = AlertRule.Kind.allCases.map(\.word)
        reading.add(
            "unknown_choice", "there is no alert on \"\(WorkspaceName.printable(word))\"",
            suggestion: Suggestion.closest(to: word, among: words).map { "did you mean \"\($0)\"?" }
                ?? "there are \(words.joined(separator: ", "))", range: range, pointer: pointer)
        return nil
    }

    private mutating func terms(_ kind: AlertRule.Kind, _ node: JSONNode, at pointer: String) -> AlertRule.Condition? {
        let known: [String] =
            switch kind {
            case .repeatedFailure: ["count", "within"]
            case .silence: ["recipe", "for"]
            case .pollsFailing, .subscriptionFailing: ["count"]
            default: []
            }
        var condition = AlertRule.Condition(kind)
        condition.count = Self.usualCount(kind)
        var given: Set<String> = []
        for member in reading.members(of: node, at: pointer, known: known, what: "\"\(kind.word)\"") {
            given.insert(member.key)
            switch member.key {
            case "count":
                let range = kind == .repeatedFailure ? 2...100 : 1...1_000
                guard let count = reading.integer(member, at: pointer, in: range) else { return nil }
                condition.count = count
            case "within", "for":
                guard let period = duration(member, at: pointer, upTo: .seconds(366 * 86_400), notZero: true) else {
                    return nil
                }
                condition.period = period
            default:
                guard let recipe = name(member.value, .recipe, at: pointer + "/recipe") else { return nil }
                condition.recipe = recipe
            }
        }
        let needed = kind == .repeatedFailure ? "within" : kind == .silence ? "for" : nil
        if let needed, !given.contains(needed) {
            reading.add(
                "missing_field", "\"\(kind.word)\" has no \"\(needed)\": a duration like \"10m\"", range: node.range,
                pointer: pointer)
            return nil
        }
        return condition
    }

    // MARK: Whom

    private mutating func target(_ node: JSONNode, at pointer: String) -> AlertRule.Target? {
        let members = reading.members(
            of: node, at: pointer, known: ["mail", "to", "webhook", "secret", "recipe"], what: "an entry of \"to\"")
        guard case .object = node.content else { return nil }
        func member(_ key: String) -> JSONMember? { members.first { $0.key == key } }
        let ways = ["mail", "webhook", "recipe"].compactMap(member)
        guard ways.count == 1, let way = ways.first else {
            reading.add(
                "missing_field",
                "an entry of \"to\" has one of \"mail\" (with \"to\"), \"webhook\" (with \"secret\") and \"recipe\"",
                range: node.range, pointer: pointer)
            return nil
        }
        let companion = ["mail": "to", "webhook": "secret"][way.key]
        for other in members where other.key != way.key && other.key != companion {
            reading.add(
                "unknown_key", "\"\(other.key)\" has no meaning beside \"\(way.key)\"", range: other.keyRange,
                pointer: pointer + "/" + other.key)
        }
        switch way.key {
        case "mail": return mail(way, member("to"), node, at: pointer)
        case "recipe": return name(way.value, .recipe, at: pointer + "/recipe").map { .recipe($0) }
        default: return webhook(way, member("secret"), at: pointer)
        }
    }

    private mutating func mail(
        _ way: JSONMember, _ to: JSONMember?, _ node: JSONNode, at pointer: String
    ) -> AlertRule.Target? {
        guard let connection = name(way.value, .mail, at: pointer + "/mail") else { return nil }
        guard let to else {
            reading.add(
                "missing_field", "\"mail\" needs \"to\": the addresses that are told", range: node.range,
                pointer: pointer)
            return nil
        }
        var addresses: [String] = []
        for (node, at) in elements(to.value, at: pointer + "/to") {
            guard case .string(let address) = node.content, address.contains("@"), !address.contains("\n") else {
                reading.add("wrong_type", "\"to\" needs mail addresses", range: node.range, pointer: at)
                continue
            }
            addresses.append(address)
        }
        return addresses.isEmpty ? nil : .mail(connection: connection, to: addresses)
    }

    private mutating func webhook(
        _ way: JSONMember, _ secret: JSONMember?, at pointer: String
    ) -> AlertRule.Target? {
        var signing: String?
        if let secret {
            guard let name = name(secret.value, .secret, at: pointer + "/secret") else { return nil }
            signing = name
        }
        if case .string(let url) = way.value.content {
            guard url.hasPrefix("https://") || url.hasPrefix("http://"), !url.utf8.contains(where: { $0 <= 0x20 })
            else {
                reading.add(
                    "wrong_type", "\"webhook\" must be a URL that begins with https:// or http://",
                    range: way.value.range, pointer: pointer + "/webhook")
                return nil
            }
            return .webhook(url: url, isSecret: false, secret: signing)
        }
        let members = reading.members(
            of: way.value, at: pointer + "/webhook", known: ["secret"], what: "\"webhook\", when it is no URL,")
        guard let member = members.first,
            let stored = name(member.value, .secret, at: pointer + "/webhook/secret")
        else { return nil }
        return .webhook(url: stored, isSecret: true, secret: signing)
    }

    // MARK: Parts

    /// The elements of a list, or the value itself as the only one.
    private func elements(_ node: JSONNode, at pointer: String) -> [(node: JSONNode, pointer: String)] {
        guard case .array(let elements) = node.content else { return [(node, pointer)] }
        return elements.enumerated().map { ($1, "\(pointer)/\($0)") }
    }

    private mutating func name(_ node: JSONNode, _ kind: AlertReference.Kind, at pointer: String) -> String? {
        guard case .string(let name) = node.content, !name.isEmpty else {
            reading.add("wrong_type", "this must be a name", range: node.range, pointer: pointer)
            return nil
        }
        references.append(
            AlertReference(kind: kind, name: name, file: reading.file, range: node.range, pointer: pointer))
        return name
    }

    private func duration(
        _ member: JSONMember, at pointer: String, upTo most: Duration, notZero: Bool = false
    ) -> Duration? {
        guard let text = reading.string(member, at: pointer) else { return nil }
        guard let duration = DurationText.parse(text), duration <= most, !notZero || duration > .zero else {
            reading.add(
                "bad_duration",
                "\"\(member.key)\" needs \(DurationText.form), up to \(DurationText.text(most)), not \"\(WorkspaceName.printable(text))\"",
                range: member.value.range, pointer: pointer + "/" + member.key)
            return nil
        }
        return duration
    }
}
