// JSON web tokens: signed and read.

import JSONCore

extension FunctionTables {
    static func tokens() -> MethodTable {
        var table = MethodTable("token")
        table.add(
            "workato.jwt_encode", on: [], "payload: object, key: text, algorithm: text?, header: object?, kid=text",
            gives: .string,
            "A signed JSON web token: HS256, HS384 or HS512 with a secret; RS256 … RS512 and ES256 … ES512 with a private key in PEM.",
            "workato.jwt_encode({sub: 'ann'}, 'a secret of thirty-two bytes ...', 'HS256').split('.').length", "3"
        ) { call in
            try call.made(WebToken.encode(call))
        }
        table.add(
            "workato.jwt_decode", on: [], "token: text, key: text, algorithm: text?", gives: .object,
            "The payload and header of a JSON web token whose signature is right and which has not expired.",
            "workato.jwt_decode(workato.jwt_encode({sub: 'ann'}, 'secret', 'HS256'), 'secret', 'HS256')['payload']['sub']",
            "\"ann\""
        ) { call in
            try WebToken.decode(call)
        }
        return table
    }
}
