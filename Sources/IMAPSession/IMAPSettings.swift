package import Model
package import SessionKit

/// What the assembly decides about IMAP.
package struct IMAPSettings: Sendable {
    /// What the greeting calls this server.
    package var hostname = "localhost"
    package var version = "0"
    /// A certificate is there: STARTTLS is offered on lines in the clear.
    package var offersTLS = true
    /// Whether passwords may be sent in the clear from there.
    package var plaintextAllowed: @Sendable (Peer) -> Bool = { _ in false }
    /// Octets of one message that APPEND takes.
    package var messageLimit = 52_428_800
    /// How long the answer to a wrong password waits.
    package var failureDelay = Duration.seconds(2)
    package var logInTime = Duration.seconds(60)
    /// At least half an hour, says RFC 3501 §5.4.
    package var idleTime = Duration.seconds(1_800)
    /// What INTERNALDATE is where APPEND gives none.
    package var now: @Sendable () -> Timestamp = Timestamp.now

    package init() {}

    enum Limits {
        static let failedLogIns = 3
        static let badCommandsInARow = 10
        /// A refused message that is sent all the same is read and thrown away up to this many times the message limit.
        static let drainFactor = 4
        static let searchResults = 1_000_000
    }
}
