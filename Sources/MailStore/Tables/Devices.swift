package import Model

extension ReadTransaction {
    /// nil: those of all accounts.
    package func devices(of account: AccountID?) throws -> [DeviceRow] {
        guard let account else {
            return try sql("""
                SELECT id, account, identifier, type, state, user_agent, protocol_version, policy_key, remembered, first_seen, last_seen
                FROM device ORDER BY account, identifier
                """).rows(make: DeviceRow.init).map(withInformation)
        }
        return try sql("""
            SELECT id, account, identifier, type, state, user_agent, protocol_version, policy_key, remembered, first_seen, last_seen
            FROM device WHERE account = :account ORDER BY identifier
            """).rows(account, make: DeviceRow.init).map(withInformation)
    }
    package func device(of account: AccountID, identifier: String) throws -> DeviceRow? {
        try sql("""
            SELECT id, account, identifier, type, state, user_agent, protocol_version, policy_key, remembered, first_seen, last_seen
            FROM device WHERE account = :account AND identifier = :identifier
            """).first(account, identifier, make: DeviceRow.init).map(withInformation)
    }
    private func withInformation(_ device: DeviceRow) throws(StoreError) -> DeviceRow {
        var device = device
        let pairs = try sql("SELECT name, value FROM device_information WHERE device = :device").rows(device.id) { ($0.text(0), $0.text(1)) }
        device.information = Dictionary(pairs) { $1 }
        return device
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
                device.remembered, device.firstSeen, device.lastSeen) { DeviceID($0.int64(0)) }
            guard let made else { throw StoreError.exists }
            device.id = made
        }
        if device.information != known?.information ?? [:] {
            try sql("DELETE FROM device_information WHERE device = :device").run(device.id)
            for (name, value) in device.information {
                try sql("INSERT INTO device_information(device, name, value) VALUES (:device, :name, :value)").run(device.id, name, value)
            }
        }
        // What a device says with every request (last seen, what it remembers) is nobody else's news.
        if known?.state != device.state || known?.policyKey != device.policyKey { note(device.account, nil, .account) }
        return device
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
    }
}
