import Groupware
import Model
import Synchronization

/// What each device has lately searched for and found, so that the second page continues the first and costs nothing; and how many searches run.
/// A device's own, so that no answer shows what another account found. (MS-ASCMD §2.2.3.148, threats T32, T36)
final class FoundItems: Sendable {
    enum Limits {
        /// Devices whose last search is remembered; the oldest goes first.
        static let devices = 256
        static let age = Duration.seconds(600)
        /// Searches of one account at a time.
        static let searches = 2
        /// How long one search may read.
        static let time = Duration.seconds(20)
    }
    private struct Entry { let question: String; let found: MailboxSearch.Found; let at: ContinuousClock.Instant }
    private struct State { var entries: [DeviceID: Entry] = [:]; var running: [AccountID: Int] = [:] }
    private let state = Mutex(State())

    /// nil where the device asked something else last, or it is long ago.
    func remembered(_ question: String, by device: DeviceID, now: ContinuousClock.Instant = .now) -> MailboxSearch.Found? {
        state.withLock { state in
            guard let entry = state.entries[device], entry.question == question, entry.at.duration(to: now) < Limits.age else { return nil }
            return entry.found
        }
    }
    func remember(_ found: MailboxSearch.Found, of question: String, by device: DeviceID, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            if state.entries[device] == nil, state.entries.count >= Limits.devices,
                let oldest = state.entries.min(by: { $0.value.at < $1.value.at })?.key
            {
                state.entries[oldest] = nil
            }
            state.entries[device] = Entry(question: question, found: found, at: now)
        }
    }
    /// False where the account has enough searches running; else `end` is owed.
    func begin(_ account: AccountID) -> Bool {
        state.withLock { state in
            guard state.running[account, default: 0] < Limits.searches else { return false }
            state.running[account, default: 0] += 1
            return true
        }
    }
    func end(_ account: AccountID) {
        state.withLock { state in
            let left = state.running[account, default: 1] - 1
            state.running[account] = left > 0 ? left : nil
        }
    }
}
