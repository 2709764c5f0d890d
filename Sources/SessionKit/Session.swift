package import Bytes
package import Model

/// One conversation with one client, confined to the loop of its connection. It sees bytes and time, never a socket and never SQL.
///
/// Every call but `perform` returns at once. The transport calls one at a time: while `perform` runs, bytes wait in the input buffer (up to a
/// high-water mark, then the socket waits) and notices wait and are merged. After every call the transport sends what is in `line.outbox` and
/// looks at `line.deadline`.
package protocol Session: AnyObject {
    /// The connection is there (for implicit TLS after the handshake): greet.
    func opened() -> Step
    /// Bytes have come. Consume what makes whole commands, or parts of a body that is being read; what is left comes again with more bytes.
    /// Return `.needMore` only when nothing further can be done with `input`. A session names its own limits: the transport closes a
    /// connection whose full input buffer (`Line.Limits.input`) the session will not touch.
    func receive(_ input: inout ByteBuffer) -> Step
    /// Carries out what the last `.perform` announced. The only call that may wait (store, password, name look-up).
    /// It stays on the loop; after each `await`, ask again what is still true: `line.isClosed` tells that the client has gone.
    func perform() async -> Step
    /// A commit changed the account that this session subscribed for (through `line.notifier`).
    func notice(_ changes: ChangeSet) -> Step
    /// `line.deadline` has passed (it is nil again).
    func expired() -> Step
    /// TLS has begun after `.startTLS`: forget all that was said before it. (RFC 3207 §4.2)
    func secured() -> Step
    /// The process is stopping: say goodbye where the protocol has a word for it, and return `.close`; or `.needMore` to finish first what
    /// is being done (the transport closes at the end of the drain time whatever the answer).
    func draining() -> Step
    /// The last call: the connection is gone, or will be when the outbox is sent. End subscriptions.
    func closed()
}

/// What a session wants next.
package enum Step: Equatable, Sendable {
    /// Wait for bytes, a notice or the deadline.
    case needMore
    /// Call `perform`.
    case perform
    /// Send the outbox, then begin the TLS handshake: as server, or as client on a connection that we opened (`line.clientTLS`).
    /// Plaintext that has already come is a break-in attempt:
    /// the transport closes the connection when the input buffer is not empty. (threat T2)
    case startTLS
    /// Send the outbox, then close.
    case close
}
