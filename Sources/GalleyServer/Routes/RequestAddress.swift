// A request's path and query, decoded once; a path that can be read in two ways is none.

import ConnectorKit
import Engine
import JSONCore

struct RequestAddress: Sendable {
    /// Percent-decoded. None is empty, `.` or `..`, and none has a slash or a control character in it. Empty for `/`.
    let segments: [String]
    let query: JSONObject
    /// As it was sent, path and query.
    let target: String
    /// As a line in a log.
    var path: String { "/" + segments.joined(separator: "/") }

    /// nil for a path that can be read in more than one way.
    init?(_ target: String) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = halves.first, path.hasPrefix("/") else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) where path != "/" {
            guard let segment = String(part).removingPercentEncoding, !segment.isEmpty, segment != ".", segment != "..",
                segment.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "/" && $0 != "\\" })
            else { return nil }
            segments.append(segment)
        }
        (self.segments, self.target) = (segments, target)
        query = halves.count > 1 ? FormText.object(String(halves[1])) : [:]
    }
}
