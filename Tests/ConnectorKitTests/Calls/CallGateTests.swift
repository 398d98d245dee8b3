// Limits of a connection.

import JSONCore
import Synchronization
import Testing

@testable import ConnectorKit

struct CallGateTests {
    @Test(arguments: [
        (rate: 2.0, calls: 6, milliseconds: [0, 0, 1_000, 1_000, 2_000, 2_000]),
        (rate: 0.5, calls: 3, milliseconds: [0, 2_000, 4_000]), (rate: 2.5, calls: 4, milliseconds: [0, 0, 800, 800]),
    ])
    func `starts no more calls a second than allowed`(rate: Double, calls: Int, milliseconds: [Int]) {
        let gate = CallGate(CallLimits(perSecond: rate, atOnce: nil))
        let now = ContinuousClock.now
        let starts = (0..<calls).map { _ in gate.reserveStart(now: now) }
        #expect(starts == milliseconds.map { now + .milliseconds($0) })
    }

    @Test func `lets a call go at once when the last ones are long past`() {
        let gate = CallGate(CallLimits(perSecond: 1, atOnce: nil))
        let now = ContinuousClock.now
        _ = gate.reserveStart(now: now)
        #expect(gate.reserveStart(now: now + .seconds(5)) == now + .seconds(5))
    }

    @Test func `never has more calls inside than allowed, and all get through`() async throws {
        let gates = CallGates()
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try? await gates.run(CallLimits(atOnce: 3)) {
                        counter.enter()
                        await Task.yield()
                        counter.leave()
                    }
                }
            }
        }
        let (inside, most, done) = counter.counts.withLock { $0 }
        #expect(inside == 0)
        #expect(most <= 3)
        #expect(done == 200)
    }

    private final class Counter: Sendable {
        let counts = Mutex((inside: 0, most: 0, done: 0))
        func enter() {
            counts.withLock {
                $0.inside += 1
                $0.most = max($0.most, $0.inside)
            }
        }
        func leave() {
            counts.withLock {
                $0.inside -= 1
                $0.done += 1
            }
        }
    }

    @Test func `a cancelled caller leaves the queue and takes no place with it`() async throws {
        let gate = CallGate(CallLimits(perSecond: nil, atOnce: 1))
        try await gate.enter()
        let waiting = Task { try await gate.enter() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        gate.leave()
        try await gate.enter()
        gate.leave()
    }
}
