import Crypto
import EASCodec
package import MailStore
import Model

/// Wiping a device in two steps: the server asks, the device says that it will. An order is bound to one row of one device by a random number, and
/// every step of it is written down. (MS-ASPROV §3.1.5.1.2.2, §3.2.5.1.2.2; threat T35)
package enum DeviceWipe {
    /// Why an order cannot be given.
    package enum Refusal: Error, Equatable {
        /// The version that the device speaks knows only a wipe of the whole device.
        case knowsOnlyFull
        case isPending
    }
    /// Orders a wipe. The device stays out of everything else until it has answered.
    package static func order(_ kind: DeviceRow.Wipe.Kind, _ device: DeviceRow, by whom: String, _ store: WriteTransaction) throws -> DeviceRow {
        if kind == .account, ProtocolVersion(device.protocolVersion)?.has(.accountOnlyWipe) != true { throw Refusal.knowsOnlyFull }
        if let wipe = device.control.wipe, wipe.isPending { throw Refusal.isPending }
        var device = device
        let id = Int64(Random.bytes(8).reduce(0) { $0 << 8 | UInt64($1) } >> 1)
        device.control.wipe = DeviceRow.Wipe(id: id, kind: kind, stage: .asked, time: store.time)
        try store.record("wipe.asked", "\(word(kind)) \(Hex.text(id)) by \(whom)", of: device)
        return try store.put(device)
    }
    /// Takes an order back; the device may have heard of it already.
    package static func cancel(_ device: DeviceRow, by whom: String, _ store: WriteTransaction) throws -> DeviceRow {
        guard let wipe = device.control.wipe, wipe.isPending else { return device }
        var device = device
        device.control.wipe = nil
        try store.record("wipe.cancelled", "\(word(wipe.kind)) \(Hex.text(wipe.id)), \(word(wipe.stage)) until then, by \(whom)", of: device)
        return try store.put(device)
    }

    /// "account" or "full".
    package static func word(_ kind: DeviceRow.Wipe.Kind) -> String {
        switch kind {
        case .account: "account"
        case .full: "full"
        }
    }
    package static func word(_ stage: DeviceRow.Wipe.Stage) -> String {
        switch stage {
        case .asked: "asked"
        case .told: "told"
        case .done: "done"
        case .failed: "failed"
        }
    }

    // MARK: What the device does

    /// The order is in the answer that follows: told once, asked for as often as the device likes.
    static func tell(_ device: DeviceRow, _ wipe: DeviceRow.Wipe, _ store: MailStore) async throws {
        guard wipe.stage != .told else { return }
        try await store.write { store in
            guard var row = try current(device, wipe, store) else { throw CommonStatus.serverErrorRetryLater }
            row.control.wipe?.stage = .told
            row.control.wipe?.time = store.time
            try store.record("wipe.told", "\(word(wipe.kind)) \(Hex.text(wipe.id))", of: row)
            _ = try store.put(row)
        }
    }
    /// What the device said: 1 done, anything else failed. False where it was never told of this order.
    static func acknowledge(_ device: DeviceRow, _ wipe: DeviceRow.Wipe, isDone: Bool, _ store: MailStore) async throws -> Bool {
        try await store.write { store in
            guard var row = try current(device, wipe, store), row.control.wipe?.stage != .asked else { return false }
            row.control.wipe?.stage = isDone ? .done : .failed
            row.control.wipe?.time = store.time
            try store.record(isDone ? "wipe.done" : "wipe.failed", "\(word(wipe.kind)) \(Hex.text(wipe.id))", of: row)
            guard isDone else { _ = try store.put(row); return true }
            // It must be let in anew: nothing that it had opens anything.
            row.state = .blocked
            row.policyKey = 0
            row.control.pendingKey = 0
            row.control.pendingRevision = 0
            try store.removeSyncState(device: row.id, folder: nil)
            for secret in try store.credentials(of: row.account) where !secret.label.isEmpty && secret.device == row.identifier {
                try store.removeCredential(secret.id)
            }
            _ = try store.put(row)
            return true
        }
    }
    /// The row as it is now, if this very order still stands.
    private static func current(_ device: DeviceRow, _ wipe: DeviceRow.Wipe, _ store: WriteTransaction) throws -> DeviceRow? {
        guard let row = try store.device(of: device.account, identifier: device.identifier), row.id == device.id, row.control.wipe?.id == wipe.id else {
            return nil
        }
        return row
    }
    private enum Hex {
        static func text(_ number: Int64) -> String { String(number, radix: 16) }
    }
}
