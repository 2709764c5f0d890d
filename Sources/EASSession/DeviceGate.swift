import Directory
import EASCodec
import MailStore
import Model

/// Which device asks: finds its row, makes it the first time, and keeps out who was shut out. State hangs on (account, device id). (threat T33)
struct DeviceGate {
    enum Limits {
        /// How much older than now `lastSeen` may get before a request is worth a write.
        static let seenEvery: Int64 = 3_600_000
        /// Devices of one account; the one unseen for longest makes room.
        static let devices = 200
        /// Characters of a user agent that are kept.
        static let userAgent = 256
    }
    enum Verdict { case admitted(DeviceRow), blocked }
    let store: MailStore
    let clock: @Sendable () -> Timestamp

    func admit(_ query: EASQuery, _ logIn: LogIn, userAgent: String, version: String) async throws -> Verdict {
        let now = clock()
        let agent = String(userAgent.prefix(Limits.userAgent))
        let account = logIn.account, identifier = query.deviceId, type = query.deviceType
        let known = try await store.read { try $0.device(of: account, identifier: identifier) }
        if let known {
            if known.state != .allowed { return .blocked }
            let isStale = now.rawValue - known.lastSeen.rawValue > Limits.seenEvery
            if !isStale, known.type == type, known.userAgent == agent, known.protocolVersion == version { return .admitted(known) }
        } else if identifier == "validate" {
            // Quirk: Android asks under this name while an account is set up, and never again.
            return .admitted(Self.row(account, identifier, type, agent, version, now))
        }
        let row = try await store.write { store in
            guard var row = try store.device(of: account, identifier: identifier) else {
                let devices = try store.devices(of: account)
                if devices.count >= Limits.devices, let oldest = devices.min(by: { $0.lastSeen < $1.lastSeen }) { try store.remove(oldest.id) }
                return try store.put(Self.row(account, identifier, type, agent, version, now))
            }
            row.type = type
            row.userAgent = agent
            row.protocolVersion = version
            row.lastSeen = now
            return try store.put(row)
        }
        return row.state == .allowed ? .admitted(row) : .blocked
    }
    /// What has become of a device that waits: it is let in before it waits, and asked after whenever the account changes. (threat T33)
    enum Standing { case admitted, removed, shutOut }
    static func standing(_ identifier: String, _ device: DeviceID, of account: AccountID, _ store: ReadTransaction) throws -> Standing {
        guard try store.account(account)?.state == .enabled else { return .shutOut }
        guard let row = try store.device(of: account, identifier: identifier), row.id == device else { return .removed }
        return row.state == .allowed ? .admitted : .shutOut
    }
    /// The device or its user was shut out: the connection ends without an answer.
    struct ShutOut: Error {}

    private static func row(_ account: AccountID, _ identifier: String, _ type: String, _ agent: String, _ version: String, _ now: Timestamp) -> DeviceRow {
        DeviceRow(
            id: DeviceID(0), account: account, identifier: identifier, type: type, state: .allowed, userAgent: agent, protocolVersion: version, policyKey: 0,
            information: [:], remembered: [], firstSeen: now, lastSeen: now)
    }
}
