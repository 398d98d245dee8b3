// Reading and writing 6 MB of API records, and one small event, on one core. MB are 10⁶ bytes of the text.
import JSONCore

enum JSONBenchmark {
    static func run(_ rounds: Rounds) throws {
        let records = APIRecords.array(bytes: 6_000_000)
        let text = records.compactBytes
        guard try JSON(parsing: text) == records else { throw BenchError.wrongResult("the records don't survive") }
        var kept = JSON.null  // freed under the clock, as a program frees what it has read
        try rounds.measure("json.parse", bytes: text.count) { kept = try JSON(parsing: text) }
        guard kept == records else { throw BenchError.wrongResult("json.parse") }
        var written = 0
        rounds.measure("json.write", bytes: text.count) { written = kept.compactBytes.count }
        guard written == text.count else { throw BenchError.wrongResult("json.write") }

        let indented = Array(records.indented.utf8)
        try rounds.measure("json.parse_indented", bytes: indented.count) { kept = try JSON(parsing: indented) }
        try rounds.measure("json.document", bytes: text.count) { _ = try JSONDocument(parsing: text) }
        rounds.measure("json.canonical", bytes: text.count) { written = kept.canonical.utf8.count }

        let event = APIRecords.record(1)
        let small = event.compactBytes
        let times = 10_000
        try rounds.measure("json.parse_small", bytes: small.count * times) {
            for _ in 0..<times { kept = try JSON(parsing: small) }
        }
        var buffer: [UInt8] = []
        rounds.measure("json.write_small", bytes: small.count * times) {
            for _ in 0..<times {
                buffer.removeAll(keepingCapacity: true)
                event.write(to: &buffer)
            }
        }
        guard buffer == small, kept == event else { throw BenchError.wrongResult("the small event") }
    }
}
