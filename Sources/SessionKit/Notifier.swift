package import Model

/// The Sendable address of one connection. Posting to a connection that has gone is dropped.
package struct Notifier: Sendable {
    private let send: @Sendable (ChangeSet) -> Void
    package init(_ send: @escaping @Sendable (ChangeSet) -> Void) { self.send = send }
    /// From any thread: `notice` is called on the loop of the connection, soon.
    package func post(_ changes: ChangeSet) { send(changes) }
}

/// Makes the session of a new connection; runs on the connection's loop.
package typealias SessionFactory = @Sendable (Line) -> any Session
