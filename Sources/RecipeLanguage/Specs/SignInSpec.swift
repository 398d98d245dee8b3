// What a connection has to give to sign in, as data: for checking its file, for asking people, for documents.

/// How the connections of a connector sign in.
public struct SignInSpec: Sendable, Hashable {
    /// One member of a connection's `auth`.
    public struct Member: Sendable, Hashable {
        public let name: String
        /// A few words for people.
        public let title: String
        public let isSecret: Bool
        public let isRequired: Bool

        public init(_ name: String, _ title: String, isSecret: Bool = false, isRequired: Bool = true) {
            (self.name, self.title, self.isSecret, self.isRequired) = (name, title, isSecret, isRequired)
        }
    }

    /// As in `auth`: `bearer`, `oauth2`, …
    public let type: String
    /// What a connection may give, in the order in which people are asked.
    public let members: [Member]
    /// Of OAuth 2.0 what a connection may choose among, the standard one first.
    public let grants: [String]
    /// The connector's hint for people.
    public let hint: String?

    public init(type: String, members: [Member], grants: [String] = [], hint: String? = nil) {
        (self.type, self.members, self.grants, self.hint) = (type, members, grants, hint)
    }

    /// The member called `name`.
    public func member(_ name: String) -> Member? { members.first { $0.name == name } }
}
