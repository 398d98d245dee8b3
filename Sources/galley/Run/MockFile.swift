// A file of mocks: what named steps answer in place of being called.

import Engine
import JSONCore
import RecipeLanguage

enum MockFile {
    /// `{"step": {"output": …}}`, `{"step": {"error": {"type", "message", "status"}}}`, or a list of these for one call after
    /// the other.
    /// - Parameter steps: the names of the recipe's steps, which mocks may name alone or by address (`lines[3]/charge`).
    static func read(_ path: String, steps: [String]) throws -> [String: StepMock] {
        let json = try JSONInput.read(path, what: "--mock")
        guard let object = json.object else {
            throw OwnerFailure(kind: "refused", "--mock: \(path) must be an object from step names to answers")
        }
        for name in object.keys {
            guard let mistake = mistake(in: name, steps: steps) else { continue }
            throw OwnerFailure(kind: "refused", "--mock: \(path): \(mistake)")
        }
        return try mocks(object, in: path)
    }

    /// What is wrong with the name or the address of a step; nil when the recipe has it.
    static func mistake(in name: String, steps: [String]) -> String? {
        let step = name.split(separator: "/").last.map(String.init) ?? ""
        guard !steps.contains(step) else { return nil }
        let near = Suggestion.didYouMean(step, among: steps) ?? "its steps: \(steps.joined(separator: ", "))"
        return "the recipe has no step \(step.isEmpty ? "without a name" : step); \(near)"
    }

    /// The same from an object that was read already.
    static func mocks(_ object: JSONObject, in path: String) throws -> [String: StepMock] {
        var mocks: [String: StepMock] = [:]
        for (step, value) in object {
            let answers = try (value.array ?? [value]).map { answer in
                if let output = answer["output"] { return StepMock.Answer.output(output) }
                if let error = answer["error"], error.object != nil { return .error(error) }
                throw OwnerFailure(
                    kind: "refused",
                    "\(path): the mock of \(step) must be {\"output\": …} or {\"error\": {…}}, or a list of these")
            }
            mocks[step] = StepMock(answers)
        }
        return mocks
    }
}
