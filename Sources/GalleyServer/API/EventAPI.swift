// /api/v1/events and /api/v1/jobs/{id}/events: live updates as server-sent events (WHATWG HTML §9.2).

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory
import NIOCore
import ServiceLifecycle
import Synchronization

struct EventAPI: Sendable {
    let engine: Engine
    let access: ServerAccess
    let limits: ServerLimits
    private let open = StreamCount()

    init(engine: Engine, access: ServerAccess, limits: ServerLimits) {
        (self.engine, self.access, self.limits) = (engine, access, limits)
    }

    var list: [Route] {
        [
            .apiResponse(
                .get, "/events", .viewer,
                APIOperation(
                    id: "events", scope: .jobs,
                    summary: """
                        Jobs as they change: `event: job`, its data {job, recipe, state, at}. Last-Event-ID goes on \
                        where it was; `event: reset` says that something was missed
                        """, answer: (200, .text), answerType: "text/event-stream")
            ) { request in try respond(request) { frames in jobs(request.asked.headers[values: .lastEventID], frames) }
            },
            .apiResponse(
                .get, "/jobs/{id}/events", .viewer,
                APIOperation(
                    id: "jobs.events", scope: .jobs,
                    summary:
                        "A job's steps (`event: step`) and states (`event: job`) until it has ended. Last-Event-ID goes on where it was",
                    answer: (200, .text), answerType: "text/event-stream")
            ) { request in
                let id = try request.asked.number("id")
                guard try await engine.store.job(id) != nil else { throw StoreError.noSuchJob(id) }
                let seen = request.asked.headers[values: .lastEventID].last
                return try respond(request) { frames in job(id, seen: seen, frames) }
            },
        ]
    }

    typealias Frames = AsyncStream<String>.Continuation

    // MARK: What is told

    private func jobs(_ seen: [String], _ frames: Frames) -> Task<Void, Never> {
        var news = engine.news.follow()
        var first = "retry: 2000\n\n"
        if let last = seen.last {
            let parts = last.split(separator: "-")
            let resumed =
                parts.count == 2 && Int64(parts[0]) == engine.news.epoch
                ? Int(parts[1]).flatMap { engine.news.follow(after: $0) } : nil
            if let resumed { news = resumed } else { first += "event: reset\ndata: {}\n\n" }
        }
        let (epoch, opening) = (engine.news.epoch, first)
        return Task { [news] in
            frames.yield(opening)
            for await item in news ?? AsyncStream(unfolding: { nil }) {
                let data: JSON = [
                    "job": .integer(Int(item.job)), "recipe": .string(item.recipe),
                    "state": .string(item.state.description), "at": .time(item.at),
                ]
                // Who reads too slowly is let go, and goes on from what it saw last.
                if case .dropped = frames.yield("id: \(epoch)-\(item.number)\nevent: job\ndata: \(data.compact)\n\n") {
                    break
                }
            }
            frames.finish()
        }
    }

    /// - Parameter seen: the id of the last frame that the client has had.
    private func job(_ id: JobID, seen: String?, _ frames: Frames) -> Task<Void, Never> {
        // Heard before the job is looked at, so that nothing falls between.
        let news = engine.news.follow()
        return Task {
            let epoch = engine.news.epoch
            let known = JobPlace(seen, epoch: epoch)
            var place = known ?? JobPlace(epoch: epoch)
            var follower = StepFollower(job: id, after: place.settled)
            frames.yield("retry: 2000\n\n" + (seen != nil && known == nil ? "event: reset\ndata: {}\n\n" : ""))
            var changes = (news ?? AsyncStream(unfolding: { nil })).makeAsyncIterator()
            while !Task.isCancelled, let summary = try? await engine.store.job(id)?.summary {
                let steps = (try? await follower.news(in: engine.store)) ?? []
                for step in steps {
                    guard var data = step.json.object else { continue }
                    (data["input"], data["output"]) = (nil, nil)
                    // The client is not there yet before all of these have come.
                    frames.yield("id: \(place.id)\nevent: step\ndata: \(JSON.object(data).compact)\n\n")
                }
                place.settled = follower.settled
                if summary.state != place.state {
                    place.state = summary.state
                    frames.yield("id: \(place.id)\nevent: job\ndata: \(summary.json.compact)\n\n")
                }
                if summary.state.isFinished { break }
                if [.queued, .running].contains(summary.state) {
                    guard (try? await Task.sleep(for: .milliseconds(300))) != nil else { break }
                } else {
                    // It waits, for days perhaps: until something is heard of it.
                    var isHeard = false
                    while !isHeard, let item = await changes.next() { isHeard = item.job == id }
                    if !isHeard { break }
                }
            }
            frames.finish()
        }
    }

    // MARK: How it is told

    private func respond(
        _ request: APIRequest, _ tell: @escaping @Sendable (Frames) -> Task<Void, Never>
    ) throws(Problem) -> Response {
        let (open, limits, access) = (open, limits, access)
        let right = StreamRight(access: access, asked: request.asked)
        guard open.count < limits.eventStreams else {
            var problem = Problem(.serviceUnavailable, "too many live updates at once; try again later")
            problem.headers[.retryAfter] = "10"
            throw problem
        }
        let body = ResponseBody { writer in
            open.add(1)
            let (frames, out) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1_000))
            // Heard before the first look, so that nothing falls between.
            let losses = access.control.rightsLost()
            let telling = tell(out)
            let guarding = Task {
                guard await right.isHeld() else { return out.finish() }
                for await _ in losses { guard await right.isHeld() else { return out.finish() } }
            }
            let pulse = Task {
                // For an hour at most.
                for _ in 0..<max(1, Int(.seconds(3_600) / limits.heartbeat)) {
                    guard (try? await Task.sleep(for: limits.heartbeat)) != nil, await right.isHeld() else { break }
                    out.yield(": still here\n\n")
                }
                out.finish()
            }
            defer {
                for task in [telling, guarding, pulse] { task.cancel() }
                open.add(-1)
            }
            for await frame in frames.cancelOnGracefulShutdown() where !right.isLost {
                try await writer.write(ByteBuffer(string: frame))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
    }
}

/// Whether whoever asked for a stream may still see it.
private final class StreamRight: Sendable {
    private let access: ServerAccess
    private let asked: RouteRequest
    private let lost = Atomic<Bool>(false)

    init(access: ServerAccess, asked: RouteRequest) { (self.access, self.asked) = (access, asked) }

    /// Once lost, it stays so: what waits to be sent is not sent.
    var isLost: Bool { lost.load(ordering: .relaxed) }

    /// Looks anew. An open page is no use of a session.
    func isHeld() async -> Bool {
        let principal = try? await access.principal(of: asked.request, asked.peer, isUse: false)
        let isHeld = principal.map { $0.role >= .viewer } ?? false
        if !isHeld { lost.store(true, ordering: .relaxed) }
        return isHeld && !isLost
    }
}

/// Where a client stands in a job: the owner's epoch, the last step of those that are over, and the state it was told.
private struct JobPlace {
    var epoch: Int64
    var settled: Int?
    var state: JobState?

    init(epoch: Int64) { self.epoch = epoch }

    /// From an id: `7-12-running`; nil for anything else, and for one of another owner's time.
    init?(_ id: String?, epoch: Int64) {
        guard let parts = id?.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false), parts.count == 3,
            Int64(parts[0]) == epoch
        else { return nil }
        (self.epoch, settled, state) = (epoch, Int(parts[1]), JobState(String(parts[2])))
    }

    var id: String { "\(epoch)-\(settled.map { "\($0)" } ?? "")-\(state?.description ?? "")" }
}

/// Streams that are open now.
private final class StreamCount: Sendable {
    private let now = Atomic<Int>(0)
    var count: Int { now.load(ordering: .relaxed) }
    func add(_ change: Int) { now.add(change, ordering: .relaxed) }
}

extension HTTPField.Name {
    static var lastEventID: HTTPField.Name { HTTPField.Name("Last-Event-ID") ?? .accept }
}
