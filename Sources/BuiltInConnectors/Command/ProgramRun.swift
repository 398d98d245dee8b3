// One run of a program: started without a shell, fed, read and ended with everything it started in its process group.

import CGlibc
import ConnectorKit
import Glibc

/// What is run, with what and for how long.
struct ProgramCall: Sendable {
    /// For messages.
    let name: String
    let path: String
    let arguments: [String]
    /// `NAME=value`
    let environment: [String]
    var folder: String
    let input: [UInt8]
    /// Of standard output.
    let mostBytes: Int
    let seconds: Int
}

/// Runs it on a thread that may block.
final class ProgramRun {
    struct End {
        var output: [UInt8] = []
        /// The last of it.
        var errors: [UInt8] = []
        /// nil when a signal ended it.
        var status: Int?
        var signal = 0
        var milliseconds = 0
    }

    static let mostErrorBytes = 64 << 10
    /// How long a program has between being asked and being made to end.
    private static let grace = Duration.seconds(1)

    private let call: ProgramCall
    private var end = End()
    /// Ours of the three pipes; -1 once closed.
    private var (writing, reading, readingErrors): (CInt, CInt, CInt) = (-1, -1, -1)
    private var written = 0

    init(_ call: ProgramCall) { self.call = call }

    deinit { for descriptor in [writing, reading, readingErrors] where descriptor >= 0 { close(descriptor) } }

    /// - Throws: `not_found`, `timeout`, `too_large`, `bad_input`, `CancellationError`.
    func run(_ flag: CancellationFlag) throws -> End {
        let start = ContinuousClock.now
        let deadline = start + .seconds(call.seconds)
        let process = try spawn()
        var why: (any Error)?
        while !hasEnded(process) {
            if flag.isRaised {
                why = CancellationError()
            } else if ContinuousClock.now >= deadline {
                why = ConnectorError(
                    type: "timeout", "\"\(call.name)\" ran longer than \(call.seconds) seconds and was ended",
                    outcome: .unknown)
            } else if end.output.count > call.mostBytes {
                why = ConnectorError(
                    type: "too_large",
                    "\"\(call.name)\" wrote more than \(call.mostBytes) bytes (\"limit\") and was ended",
                    outcome: .unknown)
            }
            if why != nil {
                stop(process)
                break
            }
            exchange(waitMilliseconds: 20)
        }
        // Whatever it left running in its group goes with it; then the pipes hold what is left to read.
        kill(-process, SIGKILL)
        let rest = ContinuousClock.now + .milliseconds(500)
        while why == nil, reading >= 0 || readingErrors >= 0, end.output.count <= call.mostBytes,
            ContinuousClock.now < rest
        {
            exchange(waitMilliseconds: 20)
        }
        reap(process)
        if let why { throw why }
        guard end.output.count <= call.mostBytes else {
            throw ConnectorError(
                type: "too_large", "\"\(call.name)\" wrote more than \(call.mostBytes) bytes (\"limit\")",
                outcome: .unknown)
        }
        let taken = ContinuousClock.now - start
        end.milliseconds = Int(taken / .milliseconds(1))
        return end
    }

    // MARK: - Start and end

    private func spawn() throws -> pid_t {
        var (input, output, errors) = (
            [CInt](repeating: -1, count: 2), [CInt](repeating: -1, count: 2), [CInt](repeating: -1, count: 2)
        )
        func closeAll() { for descriptor in input + output + errors where descriptor >= 0 { close(descriptor) } }
        guard pipe2(&input, O_CLOEXEC) == 0, pipe2(&output, O_CLOEXEC) == 0, pipe2(&errors, O_CLOEXEC) == 0 else {
            closeAll()
            throw ConnectorError(
                type: "internal", "no pipe can be made: \(String(cString: strerror(errno)))", isTransient: true)
        }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input[0], 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errors[1], 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        posix_spawn_file_actions_addchdir_np(&actions, call.folder)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var process = pid_t()
        let code = Self.withStrings([call.path] + call.arguments) { arguments in
            Self.withStrings(call.environment) { environment in
                posix_spawn(&process, call.path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else {
            closeAll()
            throw startFailure(code)
        }
        for descriptor in [input[0], output[1], errors[1]] { close(descriptor) }
        (writing, reading, readingErrors) = (input[1], output[0], errors[0])
        for descriptor in [writing, reading, readingErrors] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        return process
    }

    private func startFailure(_ code: CInt) -> ConnectorError {
        switch code {
        case ENOENT where access(call.folder, F_OK) != 0:
            ConnectorError(type: "not_found", "the folder that \"\(call.name)\" should run in is not there")
        case ENOENT, ENOTDIR:
            ConnectorError(
                type: "not_found", "there is no program \(call.path), which galley.json names for \"\(call.name)\"")
        case EACCES, EPERM, ENOEXEC:
            ConnectorError(type: "not_allowed", "\(call.path) can't be run by the user that runs Galley")
        case E2BIG: ConnectorError(type: "too_large", "the arguments of \"\(call.name)\" are too long for the system")
        default:
            ConnectorError(
                type: "internal", "\"\(call.name)\" can't be started: \(String(cString: strerror(code)))",
                isTransient: code == EAGAIN || code == ENOMEM)
        }
    }

    /// Whether it has ended; it stays known to the system, so that its number and its group's are not given to others.
    private func hasEnded(_ process: pid_t) -> Bool {
        var state = siginfo_t()
        return waitid(P_PID, id_t(process), &state, WEXITED | WNOHANG | WNOWAIT) == 0 && state.si_signo == SIGCHLD
    }

    /// Asks its group to end, then makes it.
    private func stop(_ process: pid_t) {
        kill(-process, SIGTERM)
        let last = ContinuousClock.now + Self.grace
        while !hasEnded(process), ContinuousClock.now < last { usleep(5_000) }
        kill(-process, SIGKILL)
    }

    private func reap(_ process: pid_t) {
        var state: CInt = 0
        while waitpid(process, &state, 0) < 0, errno == EINTR {}
        let signal = state & 0x7F
        if end.errors.count > Self.mostErrorBytes {
            end.errors.removeFirst(end.errors.count - Self.mostErrorBytes)
        }
        if signal == 0 { end.status = Int((state >> 8) & 0xFF) } else { end.signal = Int(signal) }
    }

    private static func withStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }

    // MARK: - Pipes

    /// Moves what can be moved, after waiting until something can.
    private func exchange(waitMilliseconds: CInt) {
        if writing >= 0, written == call.input.count { closeInput() }
        var places = [
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: readingErrors, events: Int16(POLLIN), revents: 0),
            pollfd(fd: writing, events: Int16(POLLOUT), revents: 0),
        ]
        guard reading >= 0 || readingErrors >= 0 || writing >= 0 else {
            usleep(2_000)
            return
        }
        guard poll(&places, 3, waitMilliseconds) > 0 else { return }
        if places[0].revents != 0 { read(&reading) { end.output += $0 } }
        if places[1].revents != 0 {
            read(&readingErrors) { bytes in
                end.errors += bytes
                if end.errors.count > 2 * Self.mostErrorBytes {
                    end.errors.removeFirst(end.errors.count - Self.mostErrorBytes)
                }
            }
        }
        if places[2].revents != 0 { feed() }
    }

    private func read(_ descriptor: inout CInt, _ take: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 { return take(buffer[..<count]) }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        close(descriptor)
        descriptor = -1
    }

    /// A program may end without reading all: the signal that writing then brings is kept from us.
    private func feed() {
        var pipes = sigset_t()
        var before = sigset_t()
        sigemptyset(&pipes)
        sigaddset(&pipes, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipes, &before)
        let count = call.input.withUnsafeBytes { bytes in
            bytes.baseAddress.map { write(writing, $0 + written, min(bytes.count - written, 64 << 10)) } ?? 0
        }
        let code = errno
        if count < 0, code == EPIPE {
            var now = timespec()
            sigtimedwait(&pipes, nil, &now)
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
        if count > 0 { written += count }
        if count < 0, code != EAGAIN, code != EINTR { closeInput() }
    }

    private func closeInput() {
        close(writing)
        writing = -1
    }
}
