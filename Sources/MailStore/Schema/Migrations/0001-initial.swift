/// The first schema. Why each table has its form is said here; what must hold in it, in Schema.swift.
enum Migration0001 {
    static let statements = [
        // One row: what numbers have been given out, and which life of the store this is (another after a restore).
        """
        CREATE TABLE store(id INTEGER PRIMARY KEY CHECK(id = 1), epoch INTEGER NOT NULL, uid_validity INTEGER NOT NULL, next_id INTEGER NOT NULL)
        """,
        "CREATE TABLE domain(name TEXT PRIMARY KEY) WITHOUT ROWID",
        """
        CREATE TABLE account(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, state INTEGER NOT NULL,
          quota INTEGER, used INTEGER NOT NULL DEFAULT 0, modseq INTEGER NOT NULL DEFAULT 0, folder_floor INTEGER NOT NULL DEFAULT 0)
        """,
        // account = 0: the address goes elsewhere (forward).
        "CREATE TABLE address(address TEXT NOT NULL, account INTEGER NOT NULL, forward TEXT NOT NULL, PRIMARY KEY(address, account, forward)) WITHOUT ROWID",
        "CREATE INDEX address_account ON address(account)",
        """
        CREATE TABLE credential(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, kind TEXT NOT NULL, secret TEXT NOT NULL,
          label TEXT NOT NULL, created INTEGER NOT NULL)
        """,
        "CREATE INDEX credential_account ON credential(account)",
        // parent = 0: at the top. NULL would make names under it not unique.
        """
        CREATE TABLE folder(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, parent INTEGER NOT NULL, name TEXT NOT NULL,
          class INTEGER NOT NULL, role INTEGER, subscribed INTEGER NOT NULL, uid_validity INTEGER NOT NULL, uid_next INTEGER NOT NULL DEFAULT 1,
          created INTEGER NOT NULL, changed INTEGER NOT NULL, modseq INTEGER NOT NULL, gone_floor INTEGER NOT NULL DEFAULT 0,
          total INTEGER NOT NULL DEFAULT 0, unseen INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0)
        """,
        "CREATE UNIQUE INDEX folder_name ON folder(account, parent, name)",
        "CREATE UNIQUE INDEX folder_role ON folder(account, role) WHERE role IS NOT NULL",
        "CREATE INDEX folder_parent ON folder(parent) WHERE parent > 0",
        "CREATE TABLE gone_folder(account INTEGER, modseq INTEGER, folder INTEGER, time INTEGER NOT NULL, PRIMARY KEY(account, modseq, folder)) WITHOUT ROWID",
        "CREATE TABLE subscription(account INTEGER, path TEXT, PRIMARY KEY(account, path)) WITHOUT ROWID",
        // A content is stored once for each class: its summary is that of the class.
        """
        CREATE TABLE content(id INTEGER PRIMARY KEY, digest BLOB NOT NULL, class INTEGER NOT NULL, size INTEGER NOT NULL, refs INTEGER NOT NULL)
        """,
        "CREATE UNIQUE INDEX content_digest ON content(digest, class)",
        "CREATE TABLE summary(content INTEGER PRIMARY KEY, data BLOB NOT NULL)",
        // piece = content * 2^16 + number.
        "CREATE TABLE body(piece INTEGER PRIMARY KEY, data BLOB NOT NULL)",
        // place = folder * 2^32 + uid: one integer key that lies in folder and UID order, so that a range of UIDs is a range of rows and a
        // change of flags is made in place. Rows are narrow: a change of flags for 10,000 items touches few pages. (measured.md §3)
        """
        CREATE TABLE item(place INTEGER PRIMARY KEY, folder INTEGER NOT NULL, id INTEGER NOT NULL, flags INTEGER NOT NULL, keywords TEXT,
          modseq INTEGER NOT NULL, created INTEGER NOT NULL, content_modseq INTEGER NOT NULL, seen_modseq INTEGER NOT NULL,
          flagged_modseq INTEGER NOT NULL, marks_modseq INTEGER NOT NULL, date INTEGER NOT NULL, size INTEGER NOT NULL, content INTEGER NOT NULL,
          thread INTEGER NOT NULL, properties BLOB)
        """,
        "CREATE INDEX item_modseq ON item(folder, modseq, id)",
        "CREATE INDEX item_date ON item(folder, date, id)",
        "CREATE INDEX item_thread ON item(thread)",
        "CREATE TABLE home(id INTEGER PRIMARY KEY, place INTEGER NOT NULL)",
        """
        CREATE TABLE gone(folder INTEGER, modseq INTEGER, item INTEGER, uid INTEGER NOT NULL, created INTEGER NOT NULL, date INTEGER NOT NULL,
          moved_to INTEGER, time INTEGER NOT NULL, PRIMARY KEY(folder, modseq, item)) WITHOUT ROWID
        """,
        "CREATE TABLE thread_key(account INTEGER, key INTEGER, thread INTEGER NOT NULL, PRIMARY KEY(account, key)) WITHOUT ROWID",
        """
        CREATE TABLE device(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, identifier TEXT NOT NULL, type TEXT NOT NULL,
          state INTEGER NOT NULL, user_agent TEXT NOT NULL, protocol_version TEXT NOT NULL, policy_key INTEGER NOT NULL, remembered BLOB NOT NULL,
          first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL)
        """,
        "CREATE UNIQUE INDEX device_identifier ON device(account, identifier)",
        "CREATE TABLE device_information(device INTEGER, name TEXT, value TEXT NOT NULL, PRIMARY KEY(device, name)) WITHOUT ROWID",
        // folder = 0: the folder list.
        """
        CREATE TABLE sync_state(device INTEGER, folder INTEGER, key INTEGER NOT NULL, previous_key INTEGER NOT NULL, modseq INTEGER NOT NULL,
          position BLOB NOT NULL, previous_position BLOB NOT NULL, last_outcome BLOB NOT NULL, PRIMARY KEY(device, folder)) WITHOUT ROWID
        """,
        "CREATE INDEX sync_state_folder ON sync_state(folder)",
    ]
}
