package import Bytes

/// One connection as its session sees it. Confined to the connection's loop. The transport fills it in and reads it after every call.
package final class Line {
    package enum Limits {
        /// Bytes of unread input a connection may hold before the socket is no longer read.
        package static let input = 65_536
        /// Bytes of unsent output above which a session must wait in `Outbox.ready()`.
        package static let outboxHighWater = 262_144
    }
    package let id: ConnectionID
    /// The name of the service that was dialled: "smtp", "submission", "submissions", "imap", "imaps", "https", "http", "control".
    package let service: String
    /// Whoever is at the other end: a proxy that is believed may have named another before the session began, or XCLIENT in it.
    package var peer: Peer
    package let outbox: Outbox
    package let notifier: Notifier
    /// nil while the connection is in the clear. Set by the transport before `opened` or `secured`.
    package var security: Security?
    /// When `expired` is to be called; nil for never. Accurate to about half a second. Set by the session.
    package var deadline: ContinuousClock.Instant?
    /// The connection is cut then, whatever it is doing: also in the middle of `perform` and of output that nobody takes. Set by the session.
    package var cutoff: ContinuousClock.Instant?
    /// The client has gone or the transport has closed; only `closed` will still be called.
    package var isClosed = false
    /// On a connection that we opened: what `.startTLS` shall ask for; then the handshake is that of a client.
    package var clientTLS: ClientTLS?
    /// Why the transport ended the connection, before `closed` is called: words for people. nil when the peer simply closed it.
    package var failure: String?
    /// Octets that have come and were not handed to `receive` yet: during `perform` they wait. Set by the transport.
    package var unread: (() -> Int)?
    /// User id of the process at the other end of a unix socket.
    package var peerUserID: UInt32?
    /// Who has logged in, for `who` alone. Set by the session.
    package var user: String?

    package init(id: ConnectionID, service: String, peer: Peer, notifier: Notifier) {
        self.id = id
        self.service = service
        self.peer = peer
        self.notifier = notifier
        outbox = Outbox()
    }
    package func expire(in duration: Duration) { deadline = .now + duration }
}

package struct ConnectionID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package var description: String { "c\(String(rawValue, radix: 36))" }
}

/// The other end of a connection. IPv4 addresses that came over an IPv6 socket are written as IPv4.
package struct Peer: Hashable, Sendable, CustomStringConvertible {
    package let address: String
    package let port: Int
    package init(address: String, port: Int) { self.address = address; self.port = port }
    package var description: String { "\(address):\(port)" }
    package var isLoopback: Bool { address == "::1" || address.hasPrefix("127.") || address.isEmpty }
}

/// What TLS agreed on.
package struct Security: Hashable, Sendable {
    /// "TLSv1.3"
    package let version: String
    package let cipher: String
    package let serverName: String?
    /// Octets that both ends know and nobody between: "tls-exporter" under TLS 1.3 (RFC 9266), "tls-unique" below it. Empty when there are none.
    package var channelBinding: [UInt8] = []
    /// As client: the peer's certificate was held to what `ClientTLS.verification` asked for, and passed.
    package var isVerified = false
    package init(version: String, cipher: String, serverName: String?) { self.version = version; self.cipher = cipher; self.serverName = serverName }
}

/// Where a session puts what it has to say. Confined to the loop.
package final class Outbox {
    package var bytes = ByteBuffer()
    /// Set by the transport: tries to send at once.
    package var flush: (() -> Void)?
    private var waiting: CheckedContinuation<Void, Never>?

    /// The connection has gone: nobody will read what is written here. Set by the transport.
    package var isClosed = false

    package init() {}
    package var isAboveHighWater: Bool { bytes.count > Line.Limits.outboxHighWater }

    /// Sends what there is and waits while the client is slower than we are. Call it after each page of a long answer; hold no transaction.
    package func ready() async {
        guard isAboveHighWater, !isClosed else { return }
        flush?()
        guard isAboveHighWater, !isClosed else { return }
        await withCheckedContinuation { waiting = $0 }
    }
    /// Called by the transport when the outbox is below its mark again, or the connection has gone.
    package func drained() {
        waiting?.resume()
        waiting = nil
    }
}
