/// The queue of mail on its way to other servers, and the history that `message trace` tells.
extension Migration0002 {
    static let queue: [String] = [
        // The message is a content like those of items, counted in its refs: a copy delivered here and one on its way are stored once.
        // sender = '': the null reverse-path. account = 0: no user of ours handed it in. returned: NULL, 0 headers, 1 all. (RFC 3461 §4.3)
        """
        CREATE TABLE queued(id INTEGER PRIMARY KEY, trace TEXT NOT NULL, sender TEXT NOT NULL, account INTEGER NOT NULL, content INTEGER NOT NULL,
          size INTEGER NOT NULL, body INTEGER NOT NULL, utf8 INTEGER NOT NULL, requires_tls INTEGER NOT NULL, identifier TEXT, returned INTEGER,
          created INTEGER NOT NULL, expires INTEGER NOT NULL)
        """,
        "CREATE INDEX queued_content ON queued(content)",
        "CREATE INDEX queued_expires ON queued(expires)",
        "CREATE INDEX queued_trace ON queued(trace)",
        // state: 1 waiting, 2 held. A recipient that is done has no row; a message without recipients has none either.
        """
        CREATE TABLE queued_recipient(id INTEGER PRIMARY KEY, message INTEGER NOT NULL, address TEXT NOT NULL, destination TEXT NOT NULL,
          state INTEGER NOT NULL, next INTEGER NOT NULL, attempts INTEGER NOT NULL, warn INTEGER, reply TEXT NOT NULL, notify INTEGER, original TEXT)
        """,
        "CREATE INDEX queued_recipient_message ON queued_recipient(message)",
        // "What is due now for this destination", and from one destination to the next without reading what lies between.
        "CREATE INDEX queued_recipient_due ON queued_recipient(destination, next, id) WHERE state = 1",
        "CREATE INDEX queued_recipient_warn ON queued_recipient(warn) WHERE warn IS NOT NULL AND state = 1",
        "CREATE TABLE history(id INTEGER PRIMARY KEY, trace TEXT NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL, words TEXT NOT NULL)",
        "CREATE INDEX history_trace ON history(trace)",
        // What the store keeps secret for itself: the key of SRS addresses.
        "CREATE TABLE secret(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    ]
}
