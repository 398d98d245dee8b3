// Repeated timing of one piece of work, and the line that reports it.
import JSONCore

struct Rounds {
    let count: Int

    /// Runs `work` once to warm up and `count` times under the clock; prints the median, slowest and fastest rate.
    func measure(_ name: String, bytes: Int, work: () throws -> Void) rethrows {
        try work()
        var rates: [Double] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            try work()
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            rates.append(Double(bytes) / (Double(seconds) * 1e6 + Double(attoseconds) * 1e-12))
        }
        rates.sort()
        func rounded(_ rate: Double?) -> JSON {
            let tenths = Int((rate ?? 0) * 10 + 0.5)
            return JSON(number: "\(tenths / 10).\(tenths % 10)") ?? nil
        }
        let line: JSON = [
            "bench": .string(name), "mb_s": rounded(rates[count / 2]), "min": rounded(rates.first),
            "max": rounded(rates.last),
            "rounds": .integer(count), "bytes": .integer(bytes),
        ]
        print(line.compact)
    }
}
