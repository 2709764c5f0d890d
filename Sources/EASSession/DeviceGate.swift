import Delivery
import Directory
import EASCodec
import MailStore
import Model

/// Which device asks: finds its row, makes it the first time, and says how far it is let in. State hangs on (account, device id). (threat T33)
struct DeviceGate {
    enum Limits {
        /// How much older than now `lastSeen` may get before a request is worth a write.
        static let seenEvery: Int64 = 3_600_000
        /// Devices of one account; the one unseen for longest makes room.
        static let devices = 200
        /// Characters of a user agent that are kept.
        static let userAgent = 256
    }
    enum Verdict {
        case admitted(DeviceRow)
        /// Until the administrator has decided it may say what it is, and nothing else.
        case quarantined(DeviceRow)
        /// A wipe waits for it, and nothing else does.
        case wiping(DeviceRow, DeviceRow.Wipe)
        case blocked

        /// nil: nothing is told of it.
        var device: DeviceRow? {
            switch self {
            case .admitted(let row), .quarantined(let row), .wiping(let row, _): row
            case .blocked: nil
            }
        }
    }
    /// What a request says of its device.
    struct Claim {
        let identifier: String
        let type: String
        let userAgent: String
        let version: String
        /// The peer's.
        let address: String

        init(_ query: EASQuery, userAgent: String, version: ProtocolVersion, address: String) {
            identifier = query.deviceId
            type = query.deviceType
            self.userAgent = String(userAgent.prefix(Limits.userAgent))
            self.version = version.name
            self.address = address
        }
    }
    let service: EASService

    func admit(_ claim: Claim, _ proof: DeviceLogIn) async throws -> Verdict {
        let now = service.clock(), account = proof.logIn.account
        let known = try await service.store.read { try $0.device(of: account, identifier: claim.identifier) }
        if proof.isDeparting {
            // The very secret that this device used last, and only for a wipe that waits for it. (threat T35)
            guard let known, let wipe = known.control.wipe, wipe.isPending, known.control.credential == proof.credential else { return .blocked }
            return .wiping(known, wipe)
        }
        if let known {
            if known.state == .blocked, known.control.wipe?.isPending != true { return .blocked }
            let isStale = now.rawValue - known.lastSeen.rawValue > Limits.seenEvery
            let isSame = known.type == claim.type && known.userAgent == claim.userAgent && known.protocolVersion == claim.version
            if !isStale, isSame, known.control.credential == proof.credential { return Self.verdict(known) }
        } else if claim.identifier == "validate" {
            // Quirk: Android asks under this name while an account is set up, and never again.
            return .admitted(row(claim, proof, .allowed, now))
        }
        return Self.verdict(try await keep(claim, proof, now))
    }
    private static func verdict(_ row: DeviceRow) -> Verdict {
        if let wipe = row.control.wipe, wipe.isPending { return .wiping(row, wipe) }
        return switch row.state {
        case .allowed: .admitted(row)
        case .quarantined: .quarantined(row)
        case .blocked: .blocked
        }
    }
    private func keep(_ claim: Claim, _ proof: DeviceLogIn, _ now: Timestamp) async throws -> DeviceRow {
        let account = proof.logIn.account
        let state = service.settings.access(AccessQuestion(type: claim.type, address: claim.address, user: proof.logIn.name))
        // Written before the commit that may need it: the store's writer parses no mail.
        let notice = state == .allowed ? nil : try await AccessNotice.item(claim, state, to: proof.logIn.name, service, now)
        let fresh = row(claim, proof, state, now)
        return try await service.store.write { store in
            guard var row = try store.device(of: account, identifier: claim.identifier) else {
                let devices = try store.devices(of: account)
                if devices.count >= Limits.devices, let oldest = Self.dispensable(devices) { try store.remove(oldest) }
                let made = try store.put(fresh)
                if let notice {
                    try store.record(state == .blocked ? "blocked" : "quarantined", "by the rule for new devices", of: made)
                    if let inbox = try store.folder(of: account, role: .inbox) { _ = try store.append(notice, to: inbox.id) }
                }
                return made
            }
            row.type = claim.type
            row.userAgent = claim.userAgent
            row.protocolVersion = claim.version
            row.lastSeen = now
            row.control.credential = proof.credential
            return try store.put(row)
        }
    }
    /// Not one that is shut out or about to be wiped: making others would be a way to be forgotten.
    private static func dispensable(_ devices: [DeviceRow]) -> DeviceID? {
        let some = devices.filter { $0.state == .allowed && $0.control.wipe == nil }
        return (some.isEmpty ? devices : some).min { $0.lastSeen < $1.lastSeen }?.id
    }

    /// What has become of a device that waits: it is let in before it waits, and asked after whenever the account changes. (threat T33)
    enum Standing { case admitted, removed, shutOut }
    static func standing(_ identifier: String, _ device: DeviceID, of account: AccountID, _ store: ReadTransaction) throws -> Standing {
        guard try store.account(account)?.state == .enabled else { return .shutOut }
        guard let row = try store.device(of: account, identifier: identifier), row.id == device else { return .removed }
        if case .admitted = verdict(row) { return .admitted }
        return .shutOut
    }
    /// The device or its user was shut out: the connection ends without an answer.
    struct ShutOut: Error {}

    private func row(_ claim: Claim, _ proof: DeviceLogIn, _ state: DeviceRow.State, _ now: Timestamp) -> DeviceRow {
        var row = DeviceRow(
            id: DeviceID(0), account: proof.logIn.account, identifier: claim.identifier, type: claim.type, state: state, userAgent: claim.userAgent,
            protocolVersion: claim.version, policyKey: 0, information: [:], remembered: [], firstSeen: now, lastSeen: now)
        row.control.credential = proof.credential
        return row
    }
}
