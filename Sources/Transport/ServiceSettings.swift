package import SessionKit

/// One service as the assembly describes it: where it listens, how it is secured, how much it takes, who talks. Values only.
package struct ServiceSettings: Sendable {
    package enum TLS: Sendable, Equatable {
        case none
        /// In the clear until the session asks for TLS.
        case startTLS
        /// TLS from the first byte. (RFC 8314 §3)
        case implicit
    }
    /// `Line.service`.
    package var name: String
    /// "127.0.0.1:25", "[::1]:25", "*:25" (both families), "unix:/path", "systemd:NAME" (a socket of that FileDescriptorName).
    package var addresses: [String]
    package var tls: TLS
    package var limits: ServiceLimits
    /// Sent in the clear to a connection that is refused because of a limit, then it is closed; "" where TLS comes first.
    package var busyWord: String
    /// The application protocols offered, best first; empty: ALPN is ignored. A client that offers others alone is refused. (RFC 7301 §3.2)
    package var protocols: [String]
    /// Peers that begin with a PROXY header, and must.
    package var proxyFrom: @Sendable (Peer) -> Bool = { _ in false }
    package var makeSession: SessionFactory

    package init(
        name: String, addresses: [String], tls: TLS = .none, limits: ServiceLimits = ServiceLimits(), busyWord: String = "", protocols: [String] = [],
        makeSession: @escaping SessionFactory
    ) {
        self.name = name
        self.addresses = addresses
        self.tls = tls
        self.limits = limits
        self.busyWord = busyWord
        self.protocols = protocols
        self.makeSession = makeSession
    }
}

package struct ServiceLimits: Sendable {
    /// Connections of the service.
    package var connections = 20_000
    /// Connections of one IPv4 address or one IPv6 /64. Sockets of the machine itself (unix) are not counted here.
    package var perAddress = 500
    /// Time for the TLS handshake.
    package var handshake = Duration.seconds(10)
    /// A client that has taken no byte of waiting output for so long is cut off. (threat T31)
    package var stall = Duration.seconds(300)

    package init() {}
}
