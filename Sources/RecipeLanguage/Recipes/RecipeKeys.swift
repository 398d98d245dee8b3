// The keys of recipes, in the order of the canonical layout. Reading, formatting and the editors' schema share them.

/// Which keys each kind of object has.
enum RecipeKeys {
    static let recipe = [
        "galley", "name", "description", "tags", "note", "trigger", "connections", "concurrency", "checkpoint",
        "record", "report", "steps",
    ]
    static let trigger = ["id", "use", "title", "note", "input", "when", "dedupe"]
    /// The keys that name a step's kind; a step has exactly one.
    static let kinds = [
        "use", "if", "for_each", "repeat", "try", "parallel", "call", "wait", "wait_until", "set", "append", "respond",
        "return", "stop",
    ]
    /// What any step may have.
    static let anyStep = ["id", "title", "note", "skip"]
    static let retry = ["times", "wait", "backoff", "when"]
    static let elseIf = ["if", "then"]

    /// What other systems call the same thing.
    private static let foreign = [
        "action": "use", "args": "input", "arguments": "input", "default": "else", "description": "note", "do": "steps",
        "loop": "for_each", "name": "title", "on_error": "catch", "otherwise": "else", "parameters": "input",
        "params": "input", "rescue": "catch", "uses": "use", "with": "input",
    ]

    /// The key of ours, one of `allowed`, for what other systems call `key`.
    static func meant(by key: String, among allowed: [String]) -> String? {
        foreign[key].flatMap { allowed.contains($0) ? $0 : nil }
    }

    /// What a step of each kind has besides, its own key first.
    static func step(_ kind: String) -> [String] {
        switch kind {
        case "use": ["use", "connection", "input", "timeout", "retry", "mask", "record"]
        case "if": ["if", "then", "else_if", "else"]
        case "for_each": ["for_each", "as", "batch_size", "at_once", "steps"]
        case "repeat": ["repeat", "while", "max"]
        case "try": ["try", "allow_repeat", "retry", "catch"]
        case "call": ["call", "input", "wait"]
        case "stop": ["stop", "reason"]
        default: [kind]
        }
    }

    /// The kinds that `keys` name, in the order of `kinds`: `wait` beside `call` is no kind.
    static func kinds(among keys: some Sequence<String>) -> [String] {
        let keys = Set(keys)
        return kinds.filter { keys.contains($0) && !($0 == "wait" && keys.contains("call")) }
    }

    /// The step's kind in words, for messages.
    static func words(for kind: String) -> String {
        switch kind {
        case "use": "an action"
        case "if": "an \"if\" step"
        case "append": "an \"append\" step"
        default: "a \"\(kind)\" step"
        }
    }
}
