// A recipe with everything that is wrong with it.

import Testing

struct BrokenRecipe: Sendable, CustomTestStringConvertible {
    let name: String
    let source: String
    /// One a line, by place: `line:column [code] pointer sentence | hint`.
    let mistakes: String

    var testDescription: String { name }

    init(_ name: String, source: String, mistakes: String) {
        (self.name, self.source, self.mistakes) = (name, source, mistakes)
    }

    /// Steps from line 4 on, of a recipe whose trigger is called `lead`.
    init(_ name: String, steps: String, mistakes: String) {
        self.init(name, source: CheckedWorkspace.recipe(steps), mistakes: mistakes)
    }

    static let all = inFiles + inTriggers + inSchedules + inSteps + inPills + inFlow
}
