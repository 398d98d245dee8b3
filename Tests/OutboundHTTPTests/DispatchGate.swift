// A gate that a test opens: blocks a thread until then, as a resolver without an answer does.

import Dispatch

struct DispatchGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Not for good, should the test end without opening it.
    func wait() { _ = semaphore.wait(timeout: .now() + .seconds(120)) }
    func open() { semaphore.signal() }
}
