// What ties a log-in to the TLS connection that it comes over.
package import SessionKit

/// Octets that both ends know and nobody between. (RFC 5056; RFC 9266 §2, RFC 5929 §3)
package struct ChannelBinding: Sendable, Equatable {
    /// "tls-exporter" or "tls-unique".
    package let type: String
    package let octets: [UInt8]
    package init(type: String, octets: [UInt8]) { self.type = type; self.octets = octets }
    /// nil on a line without TLS, or whose TLS has none.
    package init?(_ security: Security?) {
        guard let security, !security.channelBinding.isEmpty else { return nil }
        self.init(type: security.version == "TLSv1.3" ? "tls-exporter" : "tls-unique", octets: security.channelBinding)
    }
}
