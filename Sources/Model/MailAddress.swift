@_spi(_Unicode) import Swift

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
    /// The key under which accounts and aliases are found.
    package var key: String { Self.key(of: description) }
    /// Small letters, and in other scripts the composed form: "jo\u{308}rg" and "JÖRG" are one user. ASCII costs one pass. (RFC 6530 §10.1)
    package static func key(of text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 128 }) { return String(decoding: text.utf8.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self) }
        var key = ""
        for scalar in text.lowercased()._nfc { key.unicodeScalars.append(scalar) }
        return key
    }
    /// Whether the local part needs SMTPUTF8 on its way. (RFC 6531 §3.3)
    package var isInternational: Bool { !localPart.utf8.allSatisfy { $0 < 128 } }
}
