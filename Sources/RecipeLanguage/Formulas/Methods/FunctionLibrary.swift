// All functions and methods by name.

/// Every function and method there is. Made once, at its first use.
public final class FunctionLibrary: Sendable {
    public static let shared = FunctionLibrary()

    private let groups: [String: MethodGroup]
    private let functions: [String: Method]
    private let namespaces: Set<String>
    private let tables: [MethodTable]
    /// Every entry, by family and then by name.
    public var catalog: [FunctionSpec] { Self.sorted }
    /// Runs of recipes do without.
    private static let sorted = shared.tables.flatMap { $0.methods.map(\.spec).sorted { $0.name < $1.name } }

    private init() {
        tables = Self.tables()
        var (byName, functions): ([String: [Method]], [String: Method]) = ([:], [:])
        var namespaces: Set<String> = []
        for method in tables.flatMap(\.methods) {
            let name = method.spec.name
            if method.spec.receivers.isEmpty {
                functions[name] = method
                var rest = name[...]
                while let dot = rest.lastIndex(of: ".") {
                    rest = rest[..<dot]
                    namespaces.insert(String(rest))
                }
            } else {
                byName[name, default: []].append(method)
            }
        }
        groups = Dictionary(uniqueKeysWithValues: byName.map { ($0.key, MethodGroup(name: $0.key, $0.value)) })
        (self.functions, self.namespaces) = (functions, namespaces)
    }

    func group(_ name: String) -> MethodGroup? { groups[name] }
    func isMethod(_ name: String) -> Bool { groups[name] != nil }
    func takesArguments(_ name: String) -> Bool {
        groups[name]?.all.contains { $0.most > 0 || !$0.keywords.isEmpty } ?? false
    }
    func function(_ name: String) -> Method? { functions[name] }
    func isNamespace(_ name: String) -> Bool { namespaces.contains(name) }

    /// Names that steps, variables and the like can't have, because formulas mean something else by them.
    public var reservedNames: Set<String> {
        Set(functions.keys.map { String($0.prefix { $0 != "." }) }).union(FormulaParser.reserved)
            .union(["true", "false", "nil", "null", "skip", "clear"])
    }

    func suggestion(forMethod name: String) -> String? {
        FamiliarNames.method(for: name) ?? Self.nearest(name, Array(groups.keys))
    }
    func suggestion(forFunction name: String) -> String? { Self.nearest(name, Array(functions.keys)) }

    /// The name with the fewest changed letters, when they are few.
    static func nearest(_ name: String, _ candidates: [String]) -> String? {
        let wanted = Array(name.utf8.prefix(40))
        let allowed = max(1, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates.sorted() {
            let letters = Array(candidate.utf8)
            guard abs(letters.count - wanted.count) <= allowed else { continue }
            let distance = editDistance(wanted, letters)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Letters to insert, delete, change or swap.
    private static func editDistance(_ one: [UInt8], _ two: [UInt8]) -> Int {
        var (before, previous) = ([Int](), Array(0...two.count))
        for (row, left) in one.enumerated() {
            var current = [row + 1]
            for (column, right) in two.enumerated() {
                var cost = min(
                    previous[column] + (left == right ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left == two[column - 1], one[row - 1] == right {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            (before, previous) = (previous, current)
        }
        return previous[two.count]
    }
}
