import Bytes
import DNSCodec

/// What domain names this room asks the DNS for look like, and how they lie within each other. ASCII; case does not count.
package enum DomainSyntax {
    /// Labels of letters, digits, hyphens and underscores, at most 253 octets. (RFC 1035 §2.3.4; underscores: RFC 8552)
    package static func isName(_ text: String) -> Bool { DomainName.isDomain(text) }
    /// The same name or one below it. Both in lower case.
    package static func isWithin(_ name: String, _ domain: String) -> Bool { name == domain || name.hasSuffix("." + domain) }
    /// In lower case, without the last dot, other scripts in their xn-- form. (RFC 8616 §3-§5)
    package static func normalised(_ name: String) -> String {
        if !name.utf8.allSatisfy({ $0 < 128 }), let ascii = DomainName.ascii(name) { return ascii }
        let lowered = ASCII.lowercased(name)
        return lowered.hasSuffix(".") ? String(lowered.dropLast()) : lowered
    }
}
