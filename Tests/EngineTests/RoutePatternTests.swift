// The order in which addresses with open parts are asked.

import Engine
import Testing

struct RoutePatternTests {
    private static let patterns = [
        "/a/{x}", "/a/b", "/{x}/b", "/{x}/{y}", "/a", "/{x}", "/a/{x}/c", "/{x...}", "/a/{x...}", "/b/{x}", "/a/{z}",
        "/a/b/{x}", "/{x}/b/{y...}",
    ].map { RoutePattern($0) }

    @Test func `of any two patterns one goes first, and the order holds over a third`() {
        for one in Self.patterns {
            #expect(!one.precedes(one))
            for other in Self.patterns where other != one {
                #expect(one.precedes(other) != other.precedes(one), "\(one) and \(other)")
                for third in Self.patterns where one.precedes(other) && other.precedes(third) {
                    #expect(one.precedes(third), "\(one), \(other), \(third)")
                }
            }
        }
    }

    @Test(arguments: [
        ("/a/b", "/a/{x}"), ("/a/{x}", "/{x}/b"), ("/a/b", "/{x...}"), ("/a/{x}", "/a/{x...}"),
        ("/{x}/b", "/{x}/{y}"), ("/a/{x}/c", "/{y}/b/c"),
    ])
    func `what is written out goes before what is open, from the left`(first: String, second: String) {
        #expect(RoutePattern(first).precedes(RoutePattern(second)))
    }
}
