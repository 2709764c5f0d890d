/// What leaves by itself while a user is away, and who has had it.
enum Migration0004 {
    static let statements = [
        // No row: never set. state: 0 off, 1 on, 2 between the two times.
        "CREATE TABLE absence(account INTEGER PRIMARY KEY, state INTEGER NOT NULL, starts INTEGER, ends INTEGER)",
        // audience: 1 internal, 2 known, 3 unknown.
        """
        CREATE TABLE absence_message(account INTEGER, audience INTEGER, enabled INTEGER NOT NULL, html INTEGER NOT NULL, text TEXT NOT NULL,
          PRIMARY KEY(account, audience)) WITHOUT ROWID
        """,
        // Who was answered when: once in a while each.
        "CREATE TABLE absence_answer(account INTEGER, sender TEXT, time INTEGER NOT NULL, PRIMARY KEY(account, sender)) WITHOUT ROWID",
        "CREATE INDEX absence_answer_time ON absence_answer(time)",
    ]
}
