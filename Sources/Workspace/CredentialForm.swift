// How a credential is written: as the name of a secret, openly, or in a group.

import JSONCore

/// One value of `auth` or `settings`.
enum CredentialForm {
    /// `{"secret": "NAME"}`
    case secret(String)
    /// A plain value, or `{"public": value}`: one that says that it is no secret (the key of a sandbox, say).
    case open(JSON)
    case nested(JSONObject)

    init(_ value: JSON) {
        guard let object = value.object else {
            self = .open(value)
            return
        }
        if object.count == 1, let name = object["secret"]?.string {
            self = .secret(name)
        } else if object.count == 1, let value = object["public"], value.object == nil {
            self = .open(value)
        } else {
            self = .nested(object)
        }
    }
}
