// Repeated timing of one piece of work, and the line that reports it.
import Foundation
import JSONCore

struct Rounds {
    var count: Int
    /// The only expression of `formulas` that is timed; nil for all.
    var only: String?

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
        let line: JSON = [
            "bench": .string(name), "mb_s": rates[count / 2].json, "min": rates[0].json,
            "max": rates[count - 1].json,
            "rounds": .integer(count), "bytes": .integer(bytes),
        ]
        print(line.compact)
    }

    /// How long one `work` takes, in nanoseconds of this thread's processor time, so that other work on the machine counts
    /// little: repeated until a round lasts 5 ms, `count` rounds under the clock.
    func nanoseconds(_ work: () throws -> Void) rethrows -> (median: Double, fastest: Double, slowest: Double) {
        let rounds = try timed(work, betweenRounds: {}).sorted()
        return (rounds[count / 2], rounds[0], rounds[count - 1])
    }

    /// The same in turn with rounds of another program, as the speed of a shared machine changes within seconds.
    /// - Parameter other: runs one round of the other and says how long one piece of its work took, in nanoseconds.
    func nanoseconds(besides other: () throws -> Double, _ work: () throws -> Void) rethrows -> Comparison {
        var theirs: [Double] = []
        let ours = try timed(work, betweenRounds: { theirs.append(try other()) })
        let ratios = zip(ours, theirs).map { $0 / $1 }
        return Comparison(ours: ours.sorted(), theirs: theirs.sorted(), ratio: ratios.sorted()[count / 2])
    }

    struct Comparison {
        /// Nanoseconds a piece, fastest first.
        let ours: [Double]
        let theirs: [Double]
        /// The median of the rounds' own ratios, ours to theirs.
        let ratio: Double
    }

    private func timed(_ work: () throws -> Void, betweenRounds: () throws -> Void) rethrows -> [Double] {
        func clock() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
        }
        func spent(_ times: Int) throws -> Double {
            let start = clock()
            for _ in 0..<times { try work() }
            return clock() - start
        }
        var times = 1
        while try spent(times) < 5e6 { times *= 2 }
        var rounds: [Double] = []
        for _ in 0..<count {
            try betweenRounds()
            rounds.append(try spent(times) / Double(times))
        }
        return rounds
    }

    /// Words for people, beside the JSON lines.
    static func note(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

extension Double {
    /// With one digit after the point.
    var tenths: String {
        let tenths = Int(self * 10 + 0.5)
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// The same as JSON.
    var json: JSON { JSON(number: tenths) ?? nil }
}
