// The list of all templates by the name they are rendered under.

enum Templates {
    static let all: [String: String] =
        layout.merging(home) { $1 }.merging(jobs) { $1 }.merging(job) { $1 }.merging(recipes) { $1 }
        .merging(recipe) { $1 }.merging(connections) { $1 }.merging(schedules) { $1 }.merging(inbox) { $1 }
        .merging(topics) { $1 }.merging(tables) { $1 }.merging(approvals) { $1 }.merging(settings) { $1 }.merging(
            alerts
        ) { $1 }
        .merging(audit) { $1 }
}
