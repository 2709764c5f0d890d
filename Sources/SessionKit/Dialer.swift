package import Model

/// Opens connections to others. Transport has the real one.
package protocol Dialer: Sendable {
    /// Connects; then the session lives on a loop like any other (`opened` is called when TCP, or TLS when `target.tls` is set, is there).
    /// Returns once it does. What goes wrong later is told to the session by `closed`, with the words in `line.failure`.
    func dial(_ target: DialTarget, _ make: @escaping SessionFactory) async throws(DialFailure)
}

package struct DialTarget: Sendable, Hashable {
    /// An IPv4 or IPv6 address as text; or the absolute path of a unix socket.
    package var address: String
    package var port: Int
    /// Our own address to connect from; nil leaves it to the kernel.
    package var source: String?
    package var timeout = Duration.seconds(30)
    /// TLS from the first octet. nil: in the clear, STARTTLS perhaps later.
    package var tls: ClientTLS?
    package init(address: String, port: Int) { self.address = address; self.port = port }
}

/// How the TLS of a connection that we opened is to be judged.
package struct ClientTLS: Sendable, Hashable {
    package enum Verification: Sendable, Hashable {
        /// Opportunistic: any certificate, even an expired one, is better than none. (RFC 7435 §3)
        case none
        /// A chain to a root the system trusts (or `outbound.ca_file`), for one of these names. (RFC 8461 §4.1, RFC 6125)
        case names([String])
        /// DANE: these TLSA associations and nothing else; names count for usage 2 (DANE-TA). (RFC 7672 §3)
        case dane([TLSARecord], names: [String])
    }
    /// For SNI; empty sends none.
    package var serverName: String
    package var verification: Verification
    package init(serverName: String, verification: Verification) { self.serverName = serverName; self.verification = verification }
}

package enum DialFailure: Error, Hashable, Sendable {
    case refused, timeout, unreachable(String)
    /// The certificate was not what `ClientTLS` asks for, or there was no TLS to be had. Words for people.
    case tls(String)
    /// Too many connections or descriptors of our own, or the process is stopping.
    case busy
}
