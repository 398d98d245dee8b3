// Turns at the reading connections: how many at once, in which order, and all in the end.

import JSONCore
import Synchronization
import Testing

@testable import JobHistory

@Suite(.timeLimit(.minutes(1)))
struct ReadTurnTests {
    private final class Readers: Sendable {
        private let counts = Mutex((now: 0, most: 0))
        var most: Int { counts.withLock { $0.most } }
        func come() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func go() { counts.withLock { $0.now -= 1 } }
    }

    @Test func `whoever waits gets the next turn, in order`() async {
        let turns = ReadTurns(2)
        await turns.take()
        await turns.take()
        let (order, came) = AsyncStream.makeStream(of: Int.self)
        var waiting: [Task<Void, Never>] = []
        for number in 0..<5 {
            waiting.append(
                Task {
                    await turns.take()
                    came.yield(number)
                })
            while turns.waitingCount <= number { await Task.yield() }
        }
        var numbers = order.makeAsyncIterator()
        for number in 0..<5 {
            turns.giveBack()
            #expect(await numbers.next() == number)
        }
        for task in waiting { await task.value }
        turns.giveBack()
        turns.giveBack()
        await turns.take()  // nobody waits: both are free again
        await turns.take()
        #expect(turns.waitingCount == 0)
    }

    @Test func `a thousand reads at once are all answered, also those that fail`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let job = try await store.run(["n": 7])
        let readers = Readers()
        let answers = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    try? await store.read { database in
                        readers.come()
                        defer { readers.go() }
                        if number % 10 == 0 { throw StoreError.corrupt("as asked") }
                        return try SQLStatement(database, "SELECT id FROM job WHERE id = \(job)").one {
                            Int($0.int64(0))
                        }
                    }
                }
            }
            return await group.reduce(into: 0) { count, answer in if answer != nil { count += 1 } }
        }
        #expect(answers == 900)
        #expect((1...3).contains(readers.most))
        #expect(try await store.counts() == [.succeeded: 1])
        await store.close()
    }
}
