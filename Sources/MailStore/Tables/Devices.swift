package import Model

extension ReadTransaction {
    /// nil: those of all accounts.
    package func devices(of account: AccountID?) throws -> [DeviceRow] {
        guard let account else {
            return try sql("""
                SELECT id, account, identifier, type, state, user_agent, protocol_version, policy_key, remembered, first_seen, last_seen, name,
                  ceiling, pending_key, pending_revision, policy_revision, exempt, wipe_kind, wipe_stage, wipe_id, wipe_time, credential, recorded_until
                FROM device ORDER BY account, identifier
                """).rows(make: DeviceRow.init).map(withInformation)
        }
        return try sql("""
            SELECT id, account, identifier, type, state, user_agent, protocol_version, policy_key, remembered, first_seen, last_seen, name,
              ceiling, pending_key, pending_revision, policy_revision, exempt, wipe_kind, wipe_stage, wipe_id, wipe_time, credential, recorded_until
            FROM device WHERE account = :account ORDER BY identifier
            """).rows(account, make: DeviceRow.init).map(withInformation)
    }
    package func device(of account: AccountID, identifier: String) throws -> DeviceRow? {
        try sql("""
            SELECT id, account, identifier, type, state, user_agent, protocol_version, policy_key, remembered, first_seen, last_seen, name,
              ceiling, pending_key, pending_revision, policy_revision, exempt, wipe_kind, wipe_stage, wipe_id, wipe_time, credential, recorded_until
            FROM device WHERE account = :account AND identifier = :identifier
            """).first(account, identifier, make: DeviceRow.init).map(withInformation)
    }
    private func withInformation(_ device: DeviceRow) throws(StoreError) -> DeviceRow {
        var device = device
        let pairs = try sql("SELECT name, value FROM device_information WHERE device = :device").rows(device.id) { ($0.text(0), $0.text(1)) }
        device.information = Dictionary(pairs) { $1 }
        return device
    }
    /// Folders of which a device holds a key, 0 being the list of folders.
    package func syncStates(of device: DeviceID) throws -> [FolderID] {
        try sql("SELECT folder FROM sync_state WHERE device = :device ORDER BY folder").rows(device) { FolderID($0.int64(0)) }
    }
    package func syncState(device: DeviceID, folder: FolderID?) throws -> SyncStateRow? {
        try sql("""
            SELECT key, previous_key, modseq, position, previous_position, last_outcome FROM sync_state WHERE device = :device AND folder = :folder
            """).first(device, folder ?? FolderID(0)) {
            SyncStateRow(
                device: device, folder: folder, key: $0.int64(0), previousKey: $0.int64(1), modseq: ModSeq($0.int64(2)), position: $0.blob(3),
                previousPosition: $0.blob(4), lastOutcome: $0.blob(5))
        }
    }
}

extension ReadTransaction {
    /// What was done to devices, the newest first; nil: of all users, of all devices.
    package func deviceEvents(user: String?, device: String?, limit: Int) throws -> [DeviceEventRow] {
        try sql("""
            SELECT time, user, device, event, detail FROM device_event WHERE (:user IS NULL OR user = :user) AND (:device IS NULL OR device = :device)
            ORDER BY id DESC LIMIT :limit
            """).rows(user, device, limit) {
            DeviceEventRow(time: Timestamp(rawValue: $0.int64(0)), user: $0.text(1), device: $0.text(2), event: $0.text(3), detail: $0.text(4))
        }
    }
}

extension WriteTransaction {
    /// Adds the device or updates the row of the same account and identifier; returns it with its id.
    package func put(_ device: DeviceRow) throws -> DeviceRow {
        let known = try self.device(of: device.account, identifier: device.identifier)
        var device = device
        if let known {
            try sql("""
                UPDATE device SET type = :type, state = :state, user_agent = :agent, protocol_version = :version, policy_key = :policy,
                  remembered = :remembered, first_seen = :first, last_seen = :last WHERE id = :id
                """).run(
                device.type, device.state.rawValue, device.userAgent, device.protocolVersion, device.policyKey, device.remembered, device.firstSeen,
                device.lastSeen, known.id)
            device.id = known.id
        } else {
            guard try account(device.account) != nil else { throw StoreError.notFound }
            let made = try sql("""
                INSERT INTO device(account, identifier, type, state, user_agent, protocol_version, policy_key, remembered, first_seen, last_seen)
                VALUES (:account, :identifier, :type, :state, :agent, :version, :policy, :remembered, :first, :last) RETURNING id
                """).first(
                device.account, device.identifier, device.type, device.state.rawValue, device.userAgent, device.protocolVersion, device.policyKey,
                device.remembered, device.firstSeen, device.lastSeen
            ) { DeviceID($0.int64(0)) }
            guard let made else { throw StoreError.exists }
            device.id = made
        }
        if device.control != known?.control ?? DeviceRow.Control() { try put(device.control, of: device.id) }
        if device.information != known?.information ?? [:] {
            try sql("DELETE FROM device_information WHERE device = :device").run(device.id)
            for (name, value) in device.information {
                try sql("INSERT INTO device_information(device, name, value) VALUES (:device, :name, :value)").run(device.id, name, value)
            }
        }
        // What a device says with every request (last seen, what it remembers) is nobody else's news.
        if known?.state != device.state || known?.policyKey != device.policyKey || known?.control.shutsOut(device.control) ?? false {
            note(device.account, nil, .account)
        }
        return device
    }
    private func put(_ control: DeviceRow.Control, of device: DeviceID) throws {
        try sql("""
            UPDATE device SET name = :name, ceiling = :ceiling, pending_key = :pending, pending_revision = :pending_revision,
              policy_revision = :revision, exempt = :exempt, wipe_kind = :kind, wipe_stage = :stage, wipe_id = :wipe, wipe_time = :time,
              credential = :credential, recorded_until = :recorded WHERE id = :id
            """).run(
            control.name, control.ceiling, control.pendingKey, control.pendingRevision, control.policyRevision, control.isExempt ? 1 : 0,
            control.wipe?.kind.rawValue ?? 0, control.wipe?.stage.rawValue ?? 0, control.wipe?.id ?? 0, control.wipe?.time.rawValue ?? 0,
            control.credential, control.recordedUntil, device)
    }
    /// Writes down what was done to a device, or what it did; the oldest lines make room.
    package func record(_ event: String, _ detail: String = "", of device: DeviceRow) throws {
        let user = try account(device.account)?.name ?? ""
        let made = try sql("""
            INSERT INTO device_event(time, user, device, event, detail) VALUES (:time, :user, :device, :event, :detail) RETURNING id
            """).first(now, user, device.identifier, event, detail) { $0.int64(0) }
        if let made, made % 64 == 0 { try sql("DELETE FROM device_event WHERE id <= :last").run(made - Limits.deviceEvents) }
    }
    package func remove(_ device: DeviceID) throws {
        let account = try sql("DELETE FROM device WHERE id = :id RETURNING account").first(device) { AccountID($0.int64(0)) }
        guard let account else { throw StoreError.notFound }
        try sql("DELETE FROM device_information WHERE device = :device").run(device)
        try sql("DELETE FROM sync_state WHERE device = :device").run(device)
        note(account, nil, .account)
    }
    package func put(_ state: SyncStateRow) throws {
        try sql("""
            INSERT INTO sync_state(device, folder, key, previous_key, modseq, position, previous_position, last_outcome)
            SELECT :device, :folder, :key, :previous, :modseq, :position, :previous_position, :outcome WHERE EXISTS (SELECT 1 FROM device WHERE id = :device)
            ON CONFLICT(device, folder) DO UPDATE SET key = excluded.key, previous_key = excluded.previous_key, modseq = excluded.modseq,
              position = excluded.position, previous_position = excluded.previous_position, last_outcome = excluded.last_outcome
            """).run(
            state.device, state.folder ?? FolderID(0), state.key, state.previousKey, state.modseq, state.position, state.previousPosition, state.lastOutcome)
        guard connection.changes > 0 else { throw StoreError.notFound }
    }
    /// nil folder: the folder list and all folders of the device.
    package func removeSyncState(device: DeviceID, folder: FolderID?) throws {
        if let folder {
            try sql("DELETE FROM sync_state WHERE device = :device AND folder = :folder").run(device, folder)
        } else {
            try sql("DELETE FROM sync_state WHERE device = :device").run(device)
        }
    }
}

extension DeviceRow {
    fileprivate init(_ row: Statement) {
        self.init(
            id: DeviceID(row.int64(0)), account: AccountID(row.int64(1)), identifier: row.text(2), type: row.text(3),
            state: State(rawValue: row.int(4)) ?? .blocked, userAgent: row.text(5), protocolVersion: row.text(6),
            policyKey: UInt32(truncatingIfNeeded: row.int64(7)), information: [:], remembered: row.blob(8), firstSeen: Timestamp(rawValue: row.int64(9)),
            lastSeen: Timestamp(rawValue: row.int64(10)))
        control.name = row.text(11)
        control.ceiling = row.text(12)
        control.pendingKey = UInt32(truncatingIfNeeded: row.int64(13))
        control.pendingRevision = row.int64(14)
        control.policyRevision = row.int64(15)
        control.isExempt = row.int(16) != 0
        if let kind = Wipe.Kind(rawValue: row.int(17)), let stage = Wipe.Stage(rawValue: row.int(18)) {
            control.wipe = Wipe(id: row.int64(19), kind: kind, stage: stage, time: Timestamp(rawValue: row.int64(20)))
        }
        control.credential = row.int64(21)
        control.recordedUntil = Timestamp(rawValue: row.int64(22))
    }
}
