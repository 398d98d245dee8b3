// Versions of a recipe by number, two of them compared, and the way back to one.

import JSONCore
import JobHistory
import RecipeLanguage

/// Two versions of a recipe beside each other.
public struct RecipeComparison: Sendable {
    /// Numbers, or `file` for what is in the workspace now.
    public let from: String
    public let to: String
    public let changes: [RecipeChange]

    public var json: JSON {
        [
            "from": .string(from), "to": .string(to), "changes": .array(changes.flatMap(\.json)),
            "same": .bool(changes.isEmpty),
        ]
    }
}

extension JobStore {
    /// One version with its source as text.
    /// - Throws: `OwnerFailure` when the recipe has none of this number that ran.
    public func version(_ number: Int, of recipe: String) async throws -> (version: RecipeVersion, source: [UInt8]) {
        guard let version = try await versions(of: recipe).first(where: { $0.number == number }) else {
            throw OwnerFailure(
                kind: "no_such_job",
                "\(recipe) has no version \(number) that ran; `galley recipes versions \(recipe)` lists them")
        }
        return (version, try await versionSource(version.id))
    }

    /// Compares two versions.
    ///
    /// - Parameters:
    ///   - from: a number or `file`; nil: the newest version that is not the same as `to`.
    ///   - to: a number or `file`; nil: the file.
    ///   - file: what is in the workspace; nil when the file is gone.
    /// - Throws: `OwnerFailure`, `StoreError`.
    public func compareVersions(
        of recipe: String, from: String?, to: String?, file: [UInt8]?
    ) async throws -> RecipeComparison {
        let to = to ?? "file"
        let newer = try await source(to, of: recipe, file)
        var older: (name: String, bytes: [UInt8])?
        if let from {
            older = (from, try await source(from, of: recipe, file))
        } else {
            for version in try await versions(of: recipe) where Int(to).map({ version.number < $0 }) ?? true {
                let bytes = try await versionSource(version.id)
                guard bytes != newer else { continue }
                older = (String(version.number), bytes)
                break
            }
        }
        guard let older else {
            throw OwnerFailure(kind: "no_such_job", "\(recipe) has no other version to compare with")
        }
        return RecipeComparison(
            from: older.name, to: to,
            changes: RecipeChange.between(try Self.json(older.bytes, older.name), try Self.json(newer, to)))
    }

    private func source(_ name: String, of recipe: String, _ file: [UInt8]?) async throws -> [UInt8] {
        if name == "file" {
            guard let file else {
                throw OwnerFailure(kind: "no_such_job", "there is no recipe \(recipe) in the workspace")
            }
            return file
        }
        guard let number = Int(name) else {
            throw OwnerFailure(kind: "invalid", "a version is a number or \"file\", not \"\(name.prefix(40))\"")
        }
        return try await version(number, of: recipe).source
    }

    private static func json(_ bytes: [UInt8], _ name: String) throws -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            let what = name == "file" ? "the file" : "version \(name)"
            throw OwnerFailure(kind: "broken", "\(what) is not JSON: \(error.message) (byte \(error.offset))")
        }
    }
}

extension Engine {
    /// Writes the text of an older version into the workspace's file, in one step.
    ///
    /// It is checked first against the workspace as it is now.
    /// - Parameter force: also when the file holds what no version has: it is lost then.
    /// - Returns: whether the file was another one before.
    /// - Throws: `OwnerFailure` when there is no such version, `RecipeBroken`, `ControlError` when something would be lost.
    @discardableResult
    public func rollBack(_ recipe: String, to number: Int, force: Bool) async throws -> Bool {
        let source = try await store.version(number, of: recipe).source
        _ = try services.compile(recipe, source)
        // A file that is gone has nothing to lose.
        let file = try? services.recipeSource(recipe)
        if file == source { return false }
        if let file, !force, try await !store.hasVersion(of: recipe, source: file) {
            throw ControlError(
                "the file of \(recipe) holds changes that no version has, because they never ran: they would be lost; `galley recipes diff \(recipe)` shows them, --force overwrites them"
            )
        }
        try services.writeRecipe(recipe, source)
        if await !recipes.entries.isEmpty { try await recipes.refresh() }
        return true
    }
}

extension JobStore {
    /// Whether a text is one of the recipe's versions.
    fileprivate func hasVersion(of recipe: String, source: [UInt8]) async throws -> Bool {
        for version in try await versions(of: recipe) where version.sizeBytes == source.count {
            if try await versionSource(version.id) == source { return true }
        }
        return false
    }
}
