// The tables of who may do what, and of who did what.

extension Schema {
    // `role` is `Role`, `kind` is `StoredToken.Kind`; `scopes` is a JSON array; hashes are SHA-256 of random values, a
    // password is a scrypt hash in text.
    static let version4 = """
        CREATE TABLE user(
            name TEXT PRIMARY KEY, role INTEGER NOT NULL, password TEXT NOT NULL, created_ms INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
        CREATE TABLE session(
            hash BLOB PRIMARY KEY, user TEXT NOT NULL, created_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
        CREATE TABLE token(
            name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, role INTEGER NOT NULL,
            scopes TEXT NOT NULL, per_minute INTEGER NOT NULL, created_ms INTEGER NOT NULL, created_by TEXT NOT NULL,
            expires_ms INTEGER, used_ms INTEGER) STRICT, WITHOUT ROWID;
        CREATE TABLE audit(
            id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL, sender TEXT NOT NULL,
            action TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
        """

    // `hash` is SHA-256 of what the link holds.
    static let version14 = """
        CREATE TABLE invitation(
            hash BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, role INTEGER NOT NULL, until_ms INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
        """
}
