/// Keys that sign, and what judging remembers.
extension Migration0002 {
    static let signing: [String] = [
        // private_key is PEM: the file's permissions protect it as they do the mail.
        """
        CREATE TABLE signing_key(domain TEXT NOT NULL, selector TEXT NOT NULL, algorithm TEXT NOT NULL, private_key TEXT NOT NULL,
          created INTEGER NOT NULL, active INTEGER NOT NULL, PRIMARY KEY(domain, selector)) WITHOUT ROWID
        """,
        // A sender seen for the first time waits; `passed` = 1 once it came back. `seen` in milliseconds.
        """
        CREATE TABLE greylist(network TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, first INTEGER NOT NULL, seen INTEGER NOT NULL,
          passed INTEGER NOT NULL, PRIMARY KEY(network, sender, recipient)) WITHOUT ROWID
        """,
        "CREATE INDEX greylist_seen ON greylist(seen)",
    ]
}
