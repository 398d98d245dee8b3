// Following redirects: where to, with which method, headers and permissions.

import ConnectorKit

/// One request on its way through redirects.
struct Hop: Sendable {
    var url: TargetURL
    var method: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    var upload: HTTPUpload?
    var permissions: NetworkPermissions
    /// A redirect has led away from where the connection's permissions hold.
    var isElsewhere = false

    /// The next hop when `answer` is a redirect that says where to; nil when it is not.
    /// - Throws: `ConnectorError` when it leads where this client doesn't go.
    func next(after answer: RawAnswer) throws(ConnectorError) -> Hop? {
        let locations = Set(answer.headers.filter { $0.name == "location" }.map(\.value))
        guard [301, 302, 303, 307, 308].contains(answer.status), let location = locations.first else { return nil }
        let host = url.origin.host
        guard locations.count == 1 else { throw OutboundFailure.badAnswer(host, "it redirects to two places") }
        let target: TargetURL
        do {
            target = try url.resolving(location)
        } catch {
            throw OutboundFailure.badAnswer(host, "it redirects to something that is no http or https address")
        }
        guard target.origin.isSecure || !url.origin.isSecure else {
            throw ConnectorError(
                type: "refused", "\(host) redirects from https to http, which is not followed", status: answer.status,
                outcome: .unknown)
        }
        var hop = self
        hop.url = target
        let becomesGET = answer.status == 303 ? method != "HEAD" : answer.status < 303 && method == "POST"
        if becomesGET {
            (hop.method, hop.body, hop.upload) = ("GET", [], nil)
            hop.headers.removeAll { RequestRules.bodyHeaders.contains($0.name.lowercased()) }
        }
        if target.origin != url.origin {
            // Another origin gets neither credentials nor what was granted for this one.
            hop.headers = hop.headers.filter { header in
                let name = header.name.lowercased()
                return RequestRules.harmlessHeaders.contains(name)
                    || (!hop.body.isEmpty || hop.upload != nil) && RequestRules.bodyHeaders.contains(name)
            }
            let maximumAnswerBytes = hop.permissions.maximumAnswerBytes
            hop.permissions = NetworkPermissions()
            hop.isElsewhere = true
            hop.permissions.maximumAnswerBytes = maximumAnswerBytes
        }
        return hop
    }
}
