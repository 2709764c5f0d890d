package import Model
import Synchronization

/// Tells what commits changed, after them and in their order. Knows no loop: a subscriber's closure must be quick and may run on any thread.
package final class ChangeFeed: Sendable {
    typealias Tell = @Sendable (ChangeSet) -> Void
    private struct State {
        var next = 0
        var subscribers: [AccountID: [Int: Tell]] = [:]
    }
    private let state = Mutex(State())

    package func subscribe(to account: AccountID, _ tell: @escaping @Sendable (ChangeSet) -> Void) -> Subscription {
        let number = state.withLock { state in
            state.next += 1
            state.subscribers[account, default: [:]][state.next] = tell
            return state.next
        }
        return Subscription(feed: self, account: account, number: number)
    }
    fileprivate func unsubscribe(_ account: AccountID, _ number: Int) {
        // The closure is let go outside of the lock: it may hold the last reference to something that unsubscribes in turn.
        let ended = state.withLock { state in
            let ended = state.subscribers[account]?.removeValue(forKey: number)
            if state.subscribers[account]?.isEmpty == true { state.subscribers[account] = nil }
            return ended
        }
        _ = ended
    }
    func publish(_ changes: ChangeSet) {
        let listeners = state.withLock { $0.subscribers[changes.account].map { Array($0.values) } }
        for tell in listeners ?? [] { tell(changes) }
    }
}

/// Ends when `cancel` is called or the last reference goes. A telling that has begun may still arrive after that.
package final class Subscription: Sendable {
    private let feed: ChangeFeed
    private let account: AccountID
    private let number: Int

    fileprivate init(feed: ChangeFeed, account: AccountID, number: Int) {
        self.feed = feed
        self.account = account
        self.number = number
    }
    deinit { cancel() }
    package func cancel() { feed.unsubscribe(account, number) }
}
