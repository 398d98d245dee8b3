// The bell rings as easily after many times as at first.

import Synchronization
import Testing

@testable import Engine

struct QueueBellTests {
    @Test func `a bell that rang a hundred thousand times rings on`() {
        let bell = QueueBell()
        let heard = Mutex(0)
        bell.listen { ring in
            if case .recipe("orders") = ring { heard.withLock { $0 += 1 } }
        }
        for _ in 0..<100_000 { bell.ring(.recipe("orders")) }
        #expect(heard.withLock { $0 } == 100_000)
        bell.listen(nil)
        bell.ring(.recipe("orders"))
        #expect(heard.withLock { $0 } == 100_000)
    }
}
