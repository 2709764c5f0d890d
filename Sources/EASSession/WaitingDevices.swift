import Model
import SessionKit
import Synchronization

/// Which connection a device waits on. A device has one waiting request: a new one ends the old one, which its network has often lost
/// without telling. (MS-ASCMD §3.1.5.8)
final class WaitingDevices: Sendable {
    private struct Entry { let ticket: UInt64; let notifier: Notifier }
    private struct State { var entries: [DeviceID: Entry] = [:]; var lastTicket: UInt64 = 0 }
    private let state = Mutex(State())

    /// Takes the place of whoever waited for that device. The one that waited looks at `isCurrent` when it is told of nothing.
    func begin(_ device: DeviceID, account: AccountID, _ notifier: Notifier) -> UInt64 {
        let (ticket, previous) = state.withLock { state in
            state.lastTicket += 1
            let previous = state.entries.updateValue(Entry(ticket: state.lastTicket, notifier: notifier), forKey: device)
            return (state.lastTicket, previous)
        }
        previous?.notifier.post(ChangeSet(account: account, modseq: .zero, changes: []))
        return ticket
    }
    func isCurrent(_ device: DeviceID, _ ticket: UInt64) -> Bool { state.withLock { $0.entries[device]?.ticket == ticket } }
    func end(_ device: DeviceID, _ ticket: UInt64) {
        state.withLock { state in
            if state.entries[device]?.ticket == ticket { state.entries[device] = nil }
        }
    }
    var count: Int { state.withLock { $0.entries.count } }
}
