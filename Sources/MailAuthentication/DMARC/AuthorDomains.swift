import Bytes
import MIMECodec

/// The domains in From: whose mail it claims to be. (RFC 9989 §4.3, RFC 5322 §3.6.2)
package enum AuthorDomains {
    package enum Limits {
        /// From has one address in all but a handful of mails; each domain costs look-ups.
        package static let domains = 3
    }
    /// In lower case, without doubles, of all From fields: a second field is no way to hide behind the first. "" stands for an address
    /// without a domain; empty when there is no address at all. At most `Limits.domains` and one, which tells that there were more.
    package static func read(_ message: Span<UInt8>) -> [String] {
        var domains: [String] = []
        for value in HeaderReader.values("From", in: message) {
            for mailbox in AddressParser.mailboxes(value, limit: 100) {
                let domain = DomainSyntax.normalised(String(decoding: mailbox.domain, as: UTF8.self))
                if !domains.contains(domain) { domains.append(domain) }
                if domains.count > Limits.domains { return domains }
            }
        }
        return domains
    }
}
