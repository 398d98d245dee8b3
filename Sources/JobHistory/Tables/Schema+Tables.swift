// What recipes keep in the history besides jobs: rows of look-up tables, messages of topics, and which steps did it.

extension Schema {
    // `step_effect`: the answer of each write under its step's idempotency key, made in the same transaction, so that a step
    // that runs again gets the answer and changes nothing.
    //
    // `lookup_table`: a table whose rows were changed; `columns` is a JSON list, `file_hash` the SHA-256 (in hex) of the file
    // that it began as. `lookup_row`: `key` is the table and the row's id in one integer (see `RowKey`), `cells` a JSON list
    // in the order of the columns. `lookup_cell` finds rows by `TableCell.indexKey`.
    //
    // `topic_message`: `data` is JSON; `message_offset` counts from 1 in each topic and has no gaps.
    static let version9 = """
        CREATE TABLE step_effect(key TEXT PRIMARY KEY, job INTEGER NOT NULL, answer TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX step_effect_job ON step_effect(job);
        CREATE TABLE lookup_table(
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, columns TEXT NOT NULL, is_text INTEGER NOT NULL,
            file_hash TEXT NOT NULL, last_row INTEGER NOT NULL, row_count INTEGER NOT NULL, changed_ms INTEGER NOT NULL) STRICT;
        CREATE TABLE lookup_row(key INTEGER PRIMARY KEY, cells TEXT NOT NULL) STRICT;
        CREATE TABLE lookup_cell(
            tbl INTEGER NOT NULL, col INTEGER NOT NULL, cell INTEGER NOT NULL, row INTEGER NOT NULL,
            PRIMARY KEY (tbl, col, cell, row)) STRICT, WITHOUT ROWID;
        CREATE TABLE topic(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last_offset INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
        CREATE TABLE topic_message(
            id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, message_offset INTEGER NOT NULL, published_ms INTEGER NOT NULL,
            job INTEGER, key TEXT, data TEXT NOT NULL, UNIQUE (topic, message_offset)) STRICT;
        CREATE INDEX topic_message_time ON topic_message(published_ms);
        """
}
