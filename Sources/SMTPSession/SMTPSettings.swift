package import SessionKit

/// What the administrator decides about SMTP: a service's part of the settings file, already judged.
package struct SMTPSettings: Sendable {
    /// Our name in greetings and Received fields.
    package var hostname: String
    /// Octets of one message. (RFC 1870)
    package var messageSize = 50 * 1_048_576
    /// Recipients of one message. (RFC 5321 §4.5.3.1.8 asks for 100 at least)
    package var recipients = 1_000
    /// Transactions of one session. (RFC 9422 §4.1)
    package var transactions = 10_000
    /// Mailboxes that one message may go to, lists unfolded: what one commit can hold.
    package var mailboxes = 10_000
    /// Refused commands in one session without a message taken in between.
    package var errors = 20
    /// Failed log-ins in one session.
    package var logInFailures = 4
    /// Commands that move nothing (NOOP, RSET, EHLO …) in one session without a message taken in between.
    package var idleCommands = 100
    /// How long we wait for a command, and for the next octets of a message. (RFC 5321 §4.5.3.2.7)
    package var patience = Duration.seconds(300)
    /// Whether STARTTLS is offered: there is a certificate and the line is not TLS from the start.
    package var offersTLS = false
    /// Submission: nothing but with a log-in. (RFC 6409 §4.3)
    package var requiresLogIn = false
    /// How long we wait before the greeting for who speaks first: no client of the standard does, many of those that send spam do. Zero: not at all.
    package var greetingPause = Duration.zero
    /// Peers that are greeted at once.
    package var greetedAtOnce: @Sendable (Peer) -> Bool = { $0.isLoopback }
    /// Peers whose XCLIENT is believed.
    package var believesClient: @Sendable (Peer) -> Bool = { _ in false }
    /// Peers that may log in without TLS.
    package var plaintextAllowed: @Sendable (Peer) -> Bool = { _ in false }

    package init(hostname: String) { self.hostname = hostname }
}
