package import HTTPCodec
package import Model

/// A request whose answer waits for something: a phone's Ping, a Sync with Wait. One small object and nothing else: no Task, no timer,
/// no buffer. The session holds it and calls it on the loop, one call at a time; every call but `perform` returns at once.
///
/// The life of one: the handler subscribes `line.notifier` with the store, then looks whether something has already changed (in that order,
/// or a commit between the two is missed), then returns `.park(exchange)`. The session calls `notice` for what was posted since, even while
/// the handler was still running. Whatever ends it, `closed` is the last call, exactly once: end the subscription there.
package protocol ParkedExchange: AnyObject {
    /// When `expired` is called. Asked after parking and after each `.stay`.
    var deadline: ContinuousClock.Instant { get }

    /// A commit changed the account that was subscribed for; or somebody posted to this connection's notifier to make it look (a new request
    /// of the same device: post an empty ChangeSet, and answer here).
    func notice(_ changes: ChangeSet) -> ParkedStep
    /// `deadline` has passed.
    func expired() -> ParkedStep
    /// The process is stopping. `.stay` means "close without an answer".
    func draining() -> ParkedStep
    /// The client sent more bytes before it had its answer: a pipelined request waits. `.stay` leaves it waiting until the answer.
    func interrupted() -> ParkedStep
    /// Carries out what `.perform` announced; may wait. `.perform` again is taken as `.stay`.
    /// What is noticed meanwhile is told afterwards.
    func perform() async -> ParkedStep
    /// Answered, or the client has gone. End subscriptions.
    func closed()
}

package enum ParkedStep {
    case stay
    case respond(HTTPResponse)
    /// Call `perform`: the answer needs the store.
    case perform
    /// End the connection without an answer.
    case hangUp
}

extension ParkedExchange {
    package func interrupted() -> ParkedStep { .stay }
    package func perform() async -> ParkedStep { .stay }
}
