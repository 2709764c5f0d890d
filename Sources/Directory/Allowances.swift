package import Model
import Synchronization

/// What one user may do at once and in an hour, over all sessions and services: mail handed in by SMTP and by
/// ActiveSync is counted together. (threats T21, T32)
package final class Allowances: Sendable {
    package struct Limits: Sendable, Equatable {
        /// Messages and recipients that a user may hand in within an hour; 0: as many as they like.
        package var messagesPerHour = 0
        package var recipientsPerHour = 0
        /// Connections of one user at the same time.
        package var connections = 50
        package init() {}
    }
    /// Two buckets that leak within the hour.
    private struct Use {
        var messages = 0.0, recipients = 0.0
        var at: ContinuousClock.Instant
        var connections = 0

        mutating func leak(_ limits: Limits, _ now: ContinuousClock.Instant) {
            let hours = at.duration(to: now) / .seconds(3_600)
            messages = max(0, messages - hours * Double(limits.messagesPerHour))
            recipients = max(0, recipients - hours * Double(limits.recipientsPerHour))
            at = now
        }
        var isNothing: Bool { connections == 0 && messages == 0 && recipients == 0 }
    }
    private let limits: Limits
    private let users = Mutex<[AccountID: Use]>([:])

    package init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Whether one more message to so many recipients is within the hour.
    package func hasRoom(_ user: AccountID, recipients: Int, now: ContinuousClock.Instant = .now) -> Bool {
        change(user, now) { use in
            (limits.messagesPerHour == 0 || use.messages + 1 <= Double(limits.messagesPerHour))
                && (limits.recipientsPerHour == 0 || use.recipients + Double(recipients) <= Double(limits.recipientsPerHour))
        }
    }
    /// A message was taken.
    package func took(_ user: AccountID, recipients: Int, now: ContinuousClock.Instant = .now) {
        guard limits.messagesPerHour > 0 || limits.recipientsPerHour > 0 else { return }
        change(user, now) { use in
            use.messages += 1
            use.recipients += Double(recipients)
        }
    }
    /// False when there are enough already.
    package func enter(_ user: AccountID) -> Bool {
        change(user, .now) { use in
            guard use.connections < limits.connections else { return false }
            use.connections += 1
            return true
        }
    }
    package func leave(_ user: AccountID) { change(user, .now) { $0.connections = max(0, $0.connections - 1) } }

    private func change<R>(_ user: AccountID, _ now: ContinuousClock.Instant, _ action: (inout Use) -> R) -> R {
        users.withLock { users in
            var use = users[user] ?? Use(at: now)
            use.leak(limits, now)
            let result = action(&use)
            // Whoever has nothing open and nothing counted takes no memory.
            users[user] = use.isNothing ? nil : use
            return result
        }
    }
}
