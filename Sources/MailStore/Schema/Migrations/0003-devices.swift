/// Devices under control: keys of policies, wipes, what the administrator says of a device, and what was done to it.
enum Migration0003 {
    static let statements: [String] = [
        "ALTER TABLE device ADD COLUMN name TEXT NOT NULL DEFAULT ''",
        // '' for none; else the highest version it may speak, as "14.1".
        "ALTER TABLE device ADD COLUMN ceiling TEXT NOT NULL DEFAULT ''",
        // The temporary key of a policy and the policy it came with; 0 once it was acknowledged. (MS-ASPROV §3.2.5.1)
        "ALTER TABLE device ADD COLUMN pending_key INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE device ADD COLUMN pending_revision INTEGER NOT NULL DEFAULT 0",
        // The policy that policy_key stands for.
        "ALTER TABLE device ADD COLUMN policy_revision INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE device ADD COLUMN exempt INTEGER NOT NULL DEFAULT 0",
        // kind 0: none, 1: the account, 2: the whole device. stage 1: asked for, 2: told, 3: done, 4: failed.
        "ALTER TABLE device ADD COLUMN wipe_kind INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE device ADD COLUMN wipe_stage INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE device ADD COLUMN wipe_id INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE device ADD COLUMN wipe_time INTEGER NOT NULL DEFAULT 0",
        // The credential that it used last.
        "ALTER TABLE device ADD COLUMN credential INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE device ADD COLUMN recorded_until INTEGER NOT NULL DEFAULT 0",
        // '' until the first use: the device that an app password belongs to from then on.
        "ALTER TABLE credential ADD COLUMN device TEXT NOT NULL DEFAULT ''",
        // Outlives device and user: who was wiped, and what came of it.
        """
        CREATE TABLE device_event(id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, user TEXT NOT NULL, device TEXT NOT NULL,
          event TEXT NOT NULL, detail TEXT NOT NULL)
        """,
        "CREATE INDEX device_event_user ON device_event(user, device)",
    ]
}
