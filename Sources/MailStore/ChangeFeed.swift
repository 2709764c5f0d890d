package import Model

/// Tells what commits changed, after them and in their order. Knows no loop: a subscriber's closure must be quick and may run on any thread.
package final class ChangeFeed: Sendable {
    package func subscribe(to account: AccountID, _ tell: @escaping @Sendable (ChangeSet) -> Void) -> Subscription { Subscription() }
}

/// Ends when `cancel` is called or the last reference goes.
package final class Subscription: Sendable {
    package func cancel() {}
}
