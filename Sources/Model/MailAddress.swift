/// local-part@domain (RFC 5321 §4.1.2). The local part keeps the letters it came with; the domain is lower case.
package struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    package let localPart: String
    package let domain: String

    package init(localPart: String, domain: String) {
        self.localPart = localPart
        self.domain = String(decoding: domain.utf8.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
    /// Splits at the last `@`. nil without one, or with an empty side. Not a syntax check: that is SMTPCodec's.
    package init?(_ text: String) {
        guard let at = text.lastIndex(of: "@") else { return nil }
        let local = text[..<at], domain = text[text.index(after: at)...]
        guard !local.isEmpty, !domain.isEmpty else { return nil }
        self.init(localPart: String(local), domain: String(domain))
    }
    package var description: String { "\(localPart)@\(domain)" }
    /// The key under which accounts and aliases are found: ASCII letters lowered on both sides.
    package var key: String { String(decoding: description.utf8.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self) }
}
