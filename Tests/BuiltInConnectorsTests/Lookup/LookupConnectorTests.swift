// `lookup` over tables that are given.

import JSONCore
import Testing

struct LookupConnectorTests {
    private func trial() throws -> Trial {
        var trial = try Trial()
        trial.tables.tables["territories"] = [
            ["country": "DE", "region": "EMEA", "owner": "Ines"], ["country": "FR", "region": "EMEA", "owner": "Luc"],
            ["country": "US", "region": "AMER", "owner": "Pat"],
        ]
        return trial
    }

    @Test func `finds the first row, or none`() async throws {
        let trial = try trial()
        let found = try await trial.call("lookup.find", ["table": "territories", "where": ["region": "EMEA"]])
        #expect(found == ["row": ["country": "DE", "region": "EMEA", "owner": "Ines"], "found": true])
        let none = try await trial.call("lookup.find", ["table": "territories", "where": ["region": "APAC"]])
        #expect(none == ["row": nil, "found": false])
    }

    @Test func `lists rows up to a limit`() async throws {
        let trial = try trial()
        let one = try await trial.call(
            "lookup.list", ["table": "territories", "where": ["region": "EMEA"], "limit": 1])
        #expect(one["count"] == 1)
        #expect(one["more"] == true)
        let all = try await trial.call("lookup.list", ["table": "territories"])
        #expect(all["rows"]?.array?.count == 3)
        #expect(all["more"] == false)
    }

    @Test func `passes on what the table says`() async throws {
        let error = try await trial().failure("lookup.find", ["table": "teritories"])
        #expect(error.type == "bad_input")
        #expect(error.message == "there is no table \"teritories\"")
    }
}
