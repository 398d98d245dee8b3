// A gate that is never opened: blocks a thread for a while, as a resolver without an answer does.

import Dispatch

struct DispatchGate {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait(milliseconds: Int) { _ = semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) }
}
