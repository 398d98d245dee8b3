// Masked steps: neither their values nor what is said of them comes into the history.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct MaskTests {
    @Test func `a masked step's input and output are not recorded`() async throws {
        let bed = try TestBed(
            #"{"id":"a","use":"world.create","mask":true,"input":{"name":"n","value":"hush"}}, {"return":{"v":"{{ a.value == 'hush' }}"}}"#
        )
        let seen = Watcher()
        let end = try await bed.run(options: seen.options)
        #expect(end.result == ["v": true])
        let record = try #require(try await bed.step("a", of: end.job))
        #expect(record.state == .succeeded && record.input == nil && record.output == nil)
        #expect(record.idempotencyKey != nil)
        #expect(!seen.text.contains("hush"))
    }

    @Test(arguments: [
        (
            #"{"id":"a","use":"world.typed","mask":true,"input":{"count":"{{ got.text }}"}}"#, "bad_input",
            "the input of world.typed is refused at /steps/0/input/count; its values are masked"
        ),
        (
            #"{"id":"a","use":"world.create","mask":true,"input":{"name":"a","value":"{{ got.text.to_date }}"}}"#,
            "formula", "a formula of world.create has no value at /steps/0/input/value; its values are masked"
        ),
        (
            #"{"id":"a","use":"world.create","mask":true,"retry":{"times":1,"wait":"1s"},"input":{"name":"hush"}}"#,
            "server", "world.create failed (server, status 503); its values are masked"
        ),
    ])
    func `the failure of a masked step says no value of it`(step: String, type: String, message: String) async throws {
        let caught = #"{"try":[\#(step)],"catch":[{"return":"{{ error.message }}"}]}"#
        for (steps, isCaught) in [(step, false), (caught, true)] {
            let bed = try TestBed(steps)
            bed.world.script("hush", .refuse(503), .refuse(503))
            let seen = Watcher()
            let end = try await bed.run(["text": "hush"], options: seen.options)
            let error = isCaught ? try await bed.step("a", of: end.job)?.error : end.error
            let said = message.replacing("/steps/0/", with: isCaught ? "/steps/0/try/0/" : "/steps/0/")
            #expect(error?["type"]?.string == type && error?["message"]?.string == said, "\(error ?? .null)")
            if isCaught { #expect(end.result?.string == said) }
            #expect(!seen.text.contains("hush") && !seen.text.contains("the world"), "\(seen.text)")
        }
    }
}
