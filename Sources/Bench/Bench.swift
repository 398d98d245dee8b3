// Times parts of Galley inside one process: `Scripts/bench json`, `history`, `formulas`, `xml`. Not part of the shipped command.
// Each benchmark prints one JSON line; whole-process workloads are in Scripts/bench.d.
import Foundation
import JSONCore

@main
struct Bench {
    /// Name on the command line → what runs.
    static let benchmarks: [(name: String, run: @Sendable (Rounds) async throws -> Void)] = [
        ("json", { try JSONBenchmark.run($0) }), ("history", HistoryBenchmark.run),
        ("formulas", { try FormulasBenchmark.run($0) }), ("xml", { try XMLBenchmark.run($0) }),
    ]

    static func main() async {
        do {
            let (names, rounds) = try asked(CommandLine.arguments.dropFirst())
            for (name, run) in benchmarks where names.isEmpty || names.contains(name) { try await run(rounds) }
        } catch {
            Rounds.note("Bench: \(error)\n")
            exit(1)
        }
    }

    /// What the command line asks for; no names: everything.
    private static func asked(_ arguments: some Sequence<String>) throws -> (names: [String], rounds: Rounds) {
        var names: [String] = []
        var rounds = Rounds(count: 21)
        var arguments = arguments.makeIterator()
        while let argument = arguments.next() {
            if argument == "--rounds" {
                guard let count = arguments.next().flatMap(Int.init), count > 0 else { throw BenchError.roundsMissing }
                rounds.count = count
            } else if argument == "--only" {
                guard let name = arguments.next() else { throw BenchError.nameMissing }
                rounds.only = name
            } else if benchmarks.contains(where: { $0.name == argument }) {
                names.append(argument)
            } else {
                throw BenchError.unknown(argument, known: benchmarks.map(\.name))
            }
        }
        return (names, rounds)
    }
}

/// Why nothing was timed.
enum BenchError: Error, CustomStringConvertible {
    case roundsMissing
    case nameMissing
    case unknown(String, known: [String])
    case wrongResult(String)
    case noRuby
    case noYardstick

    var description: String {
        switch self {
        case .nameMissing: "--only needs the name of an expression, like pill_path"
        case .roundsMissing: "--rounds needs a number above 0"
        case .unknown(let name, let known): "no benchmark \"\(name)\"; there are: \(known.joined(separator: ", "))"
        case .wrongResult(let what): "wrong result: \(what)"
        case .noYardstick: "the C program beside the benchmark can't be made or run: install gcc and libxml2-dev"
        case .noRuby: "Ruby did not answer: install ruby and ruby-activesupport"
        }
    }
}
