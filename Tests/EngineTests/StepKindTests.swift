// What each kind of step gives: small recipes and their results.

import Engine
import JSONCore
import JobHistory
import Testing

/// A recipe, an event, and what `return` gives.
struct StepCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: String
    let event: String
    let result: String

    init(_ sentence: String, _ steps: String, event: String = "{}", gives result: String) {
        (testDescription, self.steps, self.event, self.result) = (sentence, steps, event, result)
    }
}

@Suite(.timeLimit(.minutes(2)))
struct StepKindTests {
    @Test(arguments: [
        StepCase(
            "an action's output is its pill",
            #"{"id":"a","use":"world.read","input":{"name":"x","value":"{{ got.n }}"}}, {"return":{"got":"{{ a.value }}"}}"#,
            event: #"{"n":10.00}"#, gives: #"{"got":10.00}"#),
        StepCase(
            "the first true branch runs",
            #"""
            {"if":"got.n > 10","then":[{"set":{"size":"large"}}],
             "else_if":[{"if":"got.n > 5","then":[{"set":{"size":"middle"}}]},
                        {"if":"got.n > 4","then":[{"set":{"size":"wrong"}}]}],
             "else":[{"set":{"size":"small"}}]}, {"return":{"size":"{{ size }}"}}
            """#, event: #"{"n":6}"#, gives: #"{"size":"middle"}"#),
        StepCase(
            "else runs when no condition holds",
            #"""
            {"if":"got.n > 10","then":[{"set":{"size":"large"}}],"else_if":[{"if":"got.n > 5","then":[]}],
             "else":[{"set":{"size":"small"}}]}, {"return":{"size":"{{ size }}"}}
            """#, event: #"{"n":1}"#, gives: #"{"size":"small"}"#),
        StepCase(
            "pills of a branch not taken are nil",
            #"""
            {"if":"got.n == 1","then":[{"id":"a","use":"world.echo","input":{"v":1}}]},
            {"return":{"isNil":"{{ a.nil? }}"}}
            """#, event: #"{"n":2}"#, gives: #"{"isNil":true}"#),
        StepCase(
            "for_each goes in order, and knows the place of each item",
            #"""
            {"set":{"rows":[]}},
            {"id":"loop","for_each":"got.items","as":"line","steps":[
              {"append":{"rows":["{{ line }}","{{ line_index }}","{{ line_first? }}","{{ line_last? }}"]}}]},
            {"return":{"rows":"{{ rows }}","count":"{{ loop.count }}"}}
            """#, event: #"{"items":["a","b","c"]}"#,
            gives: #"{"rows":[["a",0,true,false],["b",1,false,false],["c",2,false,true]],"count":3}"#),
        StepCase(
            "for_each over nothing runs nothing",
            #"{"id":"loop","for_each":"got.items","steps":[{"use":"world.send"}]}, {"return":{"count":"{{ loop.count }}"}}"#,
            event: #"{"items":[]}"#, gives: #"{"count":0}"#),
        StepCase(
            "batch_size hands out lists, the last one short",
            #"""
            {"set":{"rows":[]}},
            {"for_each":"got.items","as":"lines","batch_size":2,"steps":[{"append":{"rows":"{{ lines.join('+') }}"}}]},
            {"return":{"rows":"{{ rows }}"}}
            """#, event: #"{"items":[1,2,3,4,5]}"#, gives: #"{"rows":["1+2","3+4","5"]}"#),
        StepCase(
            "concurrent items append in item order",
            #"""
            {"set":{"rows":["start"]}},
            {"for_each":"got.items","as":"n","at_once":4,"steps":[
              {"id":"r","use":"world.read","input":{"value":"{{ n }}"}},
              {"append":{"rows":"{{ r.value }}"}}, {"append":{"rows":"{{ r.value * 10 }}"}}]},
            {"return":{"rows":"{{ rows }}"}}
            """#, event: #"{"items":[1,2,3,4,5]}"#, gives: #"{"rows":["start",1,10,2,20,3,30,4,40,5,50]}"#),
        StepCase(
            "a concurrent item reads a list as it was before the loop, with what it appended itself",
            #"""
            {"set":{"rows":["start"],"sizes":[]}},
            {"for_each":"got.items","as":"n","at_once":2,"steps":[
              {"append":{"sizes":"{{ rows.size }}"}}, {"append":{"rows":"{{ n }}"}}, {"append":{"sizes":"{{ rows.last }}"}}]},
            {"return":{"rows":"{{ rows }}","sizes":"{{ sizes }}"}}
            """#, event: #"{"items":[5,6]}"#, gives: #"{"rows":["start",5,6],"sizes":[1,5,1,6]}"#),
        StepCase(
            "a branch reads a list as it was before the parallel step, with what it appended itself",
            #"""
            {"set":{"rows":["start"]}},
            {"parallel":{"one":[{"append":{"rows":"one"}},{"id":"a","use":"world.echo","input":{"v":"{{ rows.join('-') }}"}}],
                         "two":[{"append":{"rows":"two"}}]}},
            {"return":{"rows":"{{ rows }}","read":"{{ a.v }}"}}
            """#, event: "{}", gives: #"{"rows":["start","one","two"],"read":"start-one"}"#),
        StepCase(
            "a loop's own names are unset in each iteration",
            #"""
            {"set":{"rows":[]}},
            {"for_each":"got.items","as":"n","steps":[
              {"if":"n == 1","then":[{"set":{"seen":"yes"}},{"id":"e","use":"world.echo","input":{"v":1}}]},
              {"append":{"rows":"{{ seen.nil? && e.nil? }}"}}]},
            {"return":{"rows":"{{ rows }}"}}
            """#, event: #"{"items":[1,2]}"#, gives: #"{"rows":[false,true]}"#),
        StepCase(
            "a variable set before a loop keeps what the loop sets",
            #"""
            {"set":{"total":0}}, {"for_each":"got.items","as":"n","steps":[{"set":{"total":"{{ total + n }}"}}]},
            {"return":{"total":"{{ total }}"}}
            """#, event: #"{"items":[1,2,3]}"#, gives: #"{"total":6}"#),
        StepCase(
            "loops nest, each with its own addresses and names",
            #"""
            {"set":{"rows":[]}},
            {"for_each":"got.items","as":"row","steps":[
              {"for_each":"row","as":"cell","steps":[{"append":{"rows":"{{ row_index }}.{{ cell_index }}:{{ cell }}"}}]}]},
            {"return":{"rows":"{{ rows }}"}}
            """#, event: #"{"items":[["a"],["b","c"]]}"#, gives: #"{"rows":["0.0:a","1.0:b","1.1:c"]}"#),
        StepCase(
            "repeat runs its body at least once, and while the condition holds",
            #"""
            {"set":{"n":0}}, {"id":"loop","repeat":[{"set":{"n":"{{ n + 1 }}"}}],"while":"n < got.to"},
            {"return":{"n":"{{ n }}","count":"{{ loop.count }}"}}
            """#, event: #"{"to":3}"#, gives: #"{"n":3,"count":3}"#),
        StepCase(
            "repeat runs once when the condition never held",
            #"{"set":{"n":0}}, {"repeat":[{"set":{"n":"{{ n + 1 }}"}}],"while":"false"}, {"return":{"n":"{{ n }}"}}"#,
            gives: #"{"n":1}"#),
        StepCase(
            "the branches of parallel all run, and their steps stay visible",
            #"""
            {"set":{"rows":[]}},
            {"parallel":{"one":[{"id":"a","use":"world.read","input":{"value":1}},{"append":{"rows":"one"}}],
                         "two":[{"id":"b","use":"world.read","input":{"value":2}},{"append":{"rows":"two"}}]}},
            {"return":{"a":"{{ a.value }}","b":"{{ b.value }}","rows":"{{ rows }}"}}
            """#, gives: #"{"a":1,"b":2,"rows":["one","two"]}"#),
        StepCase(
            "set evaluates all its values before it sets any",
            #"{"set":{"a":1,"b":2}}, {"set":{"a":"{{ b }}","b":"{{ a }}"}}, {"return":{"a":"{{ a }}","b":"{{ b }}"}}"#,
            gives: #"{"a":2,"b":1}"#),
        StepCase(
            "the id of a set holds what it set",
            #"{"id":"s","set":{"day":"{{ '2025-01-31'.to_date }}"}}, {"return":{"next":"{{ s.day + 1.month }}"}}"#,
            gives: #"{"next":"2025-02-28"}"#),
        StepCase(
            "append makes a list of an unset variable",
            #"{"append":{"rows":1}}, {"append":{"rows":2}}, {"return":{"rows":"{{ rows }}"}}"#,
            gives: #"{"rows":[1,2]}"#),
        StepCase(
            "a skipped step does nothing, and neither does what is inside",
            #"""
            {"set":{"rows":[]}},
            {"skip":true,"for_each":"got.items","steps":[{"append":{"rows":1}}]}, {"return":{"rows":"{{ rows }}"}}
            """#, event: #"{"items":[1]}"#, gives: #"{"rows":[]}"#),
        StepCase(
            "return inside a loop ends the job",
            #"""
            {"for_each":"got.items","as":"n","steps":[{"if":"n == 2","then":[{"return":{"n":"{{ n }}"}}]}]},
            {"return":{"n":"none"}}
            """#, event: #"{"items":[1,2,3]}"#, gives: #"{"n":2}"#),
        StepCase(
            "return inside a concurrent loop ends the job",
            #"""
            {"for_each":"got.items","as":"n","at_once":2,"steps":[{"if":"n == 2","then":[{"return":{"n":"{{ n }}"}}]}]},
            {"return":{"n":"none"}}
            """#, event: #"{"items":[1,2,3]}"#, gives: #"{"n":2}"#),
        StepCase(
            "return inside parallel, try and repeat ends the job",
            #"""
            {"parallel":{"a":[{"repeat":[{"try":[{"return":{"from":"a"}}],"catch":[]}],"while":"true"}]}},
            {"return":{"from":"nowhere"}}
            """#, gives: #"{"from":"a"}"#),
        StepCase(
            "respond doesn't end the job",
            #"{"respond":{"soon":true}}, {"return":{"done":true}}"#, gives: #"{"done":true}"#),
        StepCase(
            "a wait_until in the past is no wait",
            #"{"wait_until":"got.at"}, {"return":{"done":true}}"#, event: #"{"at":"2020-01-01"}"#,
            gives: #"{"done":true}"#),
        StepCase(
            "clear sends null, skip drops the field",
            #"{"return":{"a":"{{ clear }}","b":"{{ skip }}","c":1}}"#, gives: #"{"a":null,"c":1}"#),
    ])
    func `steps give what the language says`(_ example: StepCase) async throws {
        let bed = try TestBed(example.steps)
        let end = try await bed.run(try json(example.event))
        #expect(end.state == .succeeded, "\(end.error.map { "\($0)" } ?? "")")
        #expect(end.result == (try json(example.result)))
        let stored = try await bed.engine.store.job(end.job)
        #expect(stored?.result == end.result)
    }

    @Test func `ten thousand appends are made one after the other`() async throws {
        let bed = try TestBed(
            #"{"set":{"rows":[]}}, {"for_each":"got.to","as":"n","steps":[{"append":{"rows":"{{ n }}"}}]}, {"return":{"n":"{{ rows.length }}","last":"{{ rows.last }}"}}"#
        )
        let end = try await bed.run(["to": .array((1...10_000).map { .integer($0) })])
        #expect(end.result == ["n": 10_000, "last": 10_000])
        var last: Int?
        var count = 0
        while true {
            let page = try await bed.engine.store.steps(of: end.job, after: last, limit: 900)
            count += page.count
            guard let end = page.last else { break }
            last = end.seq
        }
        #expect(count == 10_003, "set, the loop, its items, return")
    }

    @Test(arguments: [
        (#"{"stop":"succeeded","reason":"nothing to do for {{ got.who }}"}"#, JobState.succeeded),
        (#"{"stop":"failed","reason":"nothing to do for {{ got.who }}"}"#, .failed),
        (#"{"try":[{"stop":"failed","reason":"nothing to do for {{ got.who }}"}],"catch":[]}"#, .failed),
        (#"{"for_each":"[1, 2]","steps":[{"stop":"failed","reason":"nothing to do for {{ got.who }}"}]}"#, .failed),
        (
            #"{"try":[{"stop":"failed","reason":"nothing to do for {{ got.who }}"}],"retry":{"times":3,"wait":"1ms"},"catch":[]}"#,
            .failed
        ),
    ])
    func `stop ends the job and is never caught`(steps: String, state: JobState) async throws {
        let bed = try TestBed(steps + #", {"use":"world.send"}"#)
        let end = try await bed.run(["who": "Ann"])
        #expect(end.state == state)
        #expect(end.reason == "nothing to do for Ann")
        #expect(bed.world.calls.isEmpty)
        #expect((end.error?["type"]?.string == "stopped") == (state == .failed))
    }

    @Test func `repeat past its max fails the job`() async throws {
        let bed = try TestBed(#"{"repeat":[{"use":"world.read"}],"while":"true","max":3}"#)
        let end = try await bed.run()
        #expect(end.state == .failed)
        #expect(end.error?["type"]?.string == "limit")
        #expect(bed.world.calls.count == 3)
    }

    @Test(arguments: [
        (#"{"for_each":"got.text","steps":[{"use":"world.read"}]}"#, "for_each needs a list"),
        (#"{"for_each":"got.text..got.text","steps":[{"use":"world.read"}]}"#, "range of whole numbers"),
        (#"{"for_each":"0..10_000_000","steps":[{"use":"world.read"}]}"#, "10000001 items; 10000000 is the most"),
        (#"{"wait":"{{ got.text }}"}"#, "wait needs"),
        (#"{"wait_until":"got.text"}"#, "wait_until needs"),
        (#"{"set":{"a":"{{ got.text.no_such.thing }}"}}"#, "no_such"),
        (#"{"set":{"a":"{{ got.x || 1 }}"}}, {"append":{"a":2}}"#, "a is not a list"),
        (#"{"use":"world.typed","input":{"count":"{{ got.text }}"}}"#, "count"),
    ])
    func `a step that is given something else fails with a sentence`(steps: String, part: String) async throws {
        let bed = try TestBed(steps)
        let end = try await bed.run(["text": "abc"])
        #expect(end.state == .failed)
        #expect(end.error?["message"]?.string?.contains(part) == true, "\(end.error.map { "\($0)" } ?? "")")
        #expect(end.error?["at"]?.string?.hasPrefix("/steps/") == true)
        #expect(bed.world.calls.isEmpty)
    }

    @Test(
        arguments: [
            ("1..3", "", [1, 2, 3]), ("0...got.n", "", [0, 1, 2]), ("-1..0", "", [-1, 0]), ("3..1", "", []),
            ("1..3.5", "", [1, 2, 3]),
            ("2...2", "", []),
            ("1..5", #""batch_size":2,"#, [[1, 2], [3, 4], [5]]), ("1..4", #""at_once":3,"#, [1, 2, 3, 4]),
            ("9223372036854775806...9223372036854775807", "", [9_223_372_036_854_775_806]),
        ] as [(String, String, JSON)])
    func `for_each goes through the numbers of a range`(range: String, how: String, items: JSON) async throws {
        let bed = try TestBed(
            """
            {"set":{"seen":[]}}, {"id":"loop","for_each":"\(range)","as":"n",\(how)"steps":[{"append":{"seen":"{{ n }}"}}]},
            {"return":{"seen":"{{ seen }}","count":"{{ loop.count }}"}}
            """)
        let end = try await bed.run(["n": 3])
        #expect(end.state == .succeeded && end.result?["seen"] == items, "\(end)")
        #expect(end.result?["count"]?.integer == items.array?.count)
    }

    @Test func `respond is stored while the job goes on`() async throws {
        let bed = try TestBed(#"{"respond":{"soon":true}}, {"use":"world.read","input":{"name":"a"}}"#)
        bed.world.script("a", .block())
        let run = await bed.start(until: 1)
        let job = try await bed.newestJob()
        #expect(try await bed.engine.store.job(job)?.response == ["soon": true])
        #expect(try await bed.state(job) == .running)
        bed.world.openAllGates()
        #expect(try await run.value.state == .succeeded)
    }
}
