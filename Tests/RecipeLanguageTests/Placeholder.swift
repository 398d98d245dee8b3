import Testing
struct Placeholder { @Test func `starts`() { #expect(Bool(true)) } }
