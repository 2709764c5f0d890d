import Bytes
package import Model

/// Paths and mailboxes as envelopes write them. Reads them; knows nobody who lives there. (RFC 5321 §4.1.2)
///
/// The local part of the address that comes out is in its shortest written form: quotes only where they are needed, so that `"ann"@x` and
/// `ann@x` are the same user and `MailAddress.description` is always fit for the wire.
package enum AddressSyntax {
    enum Path: Equatable { case null, address(MailAddress), local(String) }

    /// An address as text: what `MAIL FROM:` would take between its brackets. nil for anything else.
    package static func address(_ text: String) -> MailAddress? {
        let bytes = Array(text.utf8)
        var input = ByteCursor(bytes.span)
        guard case .address(let address)? = mailbox(&input), input.isAtEnd else { return nil }
        return address
    }

    /// Quirk: printers and scripts leave the brackets out; a bare mailbox is taken too.
    static func path(_ input: inout ByteCursor, or error: CommandError) throws(CommandError) -> Path {
        guard input.take(UInt8(ascii: "<")) else {
            guard let path = mailbox(&input) else { throw error }
            return path
        }
        if input.take(UInt8(ascii: ">")) { return .null }
        guard skipSourceRoute(&input), let path = mailbox(&input), input.take(UInt8(ascii: ">")) else { throw error }
        return path
    }

    /// A-d-l = At-domain *( "," At-domain ); read and thrown away (RFC 5321 §4.1.1.3, appendix C). True also where there is none.
    private static func skipSourceRoute(_ input: inout ByteCursor) -> Bool {
        guard input.peek == UInt8(ascii: "@") else { return true }
        for _ in 0..<SyntaxLimits.sourceRoute {
            guard input.take(UInt8(ascii: "@")), domain(&input) != nil else { return false }
            if input.take(UInt8(ascii: ":")) { return true }
            guard input.take(UInt8(ascii: ",")) else { return false }
        }
        return false
    }

    private static func mailbox(_ input: inout ByteCursor) -> Path? {
        guard let local = localPart(&input) else { return nil }
        guard input.take(UInt8(ascii: "@")) else { return .local(local) }
        guard let domain = domain(&input) else { return nil }
        return .address(MailAddress(localPart: local, domain: domain))
    }

    /// Local-part = Dot-string / Quoted-string. Quirk: dots may stand anywhere, as in real addresses of Japanese mobile carriers.
    private static func localPart(_ input: inout ByteCursor) -> String? {
        if input.peek == UInt8(ascii: "\"") { return quotedString(&input) }
        let range = input.take(while: isAtomOrDot)
        guard !range.isEmpty, range.count <= SyntaxLimits.localPart else { return nil }
        return text(input.bytes(range))
    }

    private static func quotedString(_ input: inout ByteCursor) -> String? {
        guard input.take(UInt8(ascii: "\"")) else { return nil }
        var content: [UInt8] = []
        while let byte = input.next() {
            switch byte {
            case UInt8(ascii: "\""):
                guard !content.isEmpty, text(content) != nil else { return nil }
                return written(content)
            case UInt8(ascii: "\\"):
                guard let escaped = input.next(), escaped >= 32, escaped < 127 else { return nil }
                content.append(escaped)
            case 32...126, 128...: content.append(byte)
            default: return nil
            }
            if content.count > SyntaxLimits.localPart { return nil }
        }
        return nil
    }

    /// UTF-8 without controls, those of Latin-1 included. (RFC 6532 §3.1; threat T41)
    fileprivate static func text(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return text.unicodeScalars.contains { $0.value < 32 || (127..<160).contains($0.value) } ? nil : text
    }
    fileprivate static func written(_ content: [UInt8]) -> String {
        let isDotString = content.allSatisfy(isAtomOrDot) && content.first != UInt8(ascii: ".") && content.last != UInt8(ascii: ".")
            && !zip(content, content.dropFirst()).contains { $0 == UInt8(ascii: ".") && $1 == UInt8(ascii: ".") }
        if isDotString { return String(decoding: content, as: UTF8.self) }
        var quoted = [UInt8(ascii: "\"")]
        for byte in content {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(byte)
        }
        quoted.append(UInt8(ascii: "\""))
        return String(decoding: quoted, as: UTF8.self)
    }

    /// Domain, or address-literal in its brackets. Underscores occur in practice and are taken. A domain in another script becomes its form
    /// in ASCII, so that one domain has one spelling everywhere behind this line. (RFC 6531 §3.2)
    fileprivate static func domain(_ input: inout ByteCursor) -> String? {
        if input.peek == UInt8(ascii: "[") { return addressLiteral(&input) }
        let range = input.take(while: {
            ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 >= 128
        })
        guard !range.isEmpty, range.count <= 4 * SyntaxLimits.domain else { return nil }
        guard let given = text(input.bytes(range)), let domain = InternationalDomain.ascii(given) else { return nil }
        let text = Array(domain.utf8)
        guard text.count <= SyntaxLimits.domain else { return nil }
        for label in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !label.isEmpty, label.count <= 63, label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else { return nil }
        }
        return domain
    }

    /// "[" ( IPv4-address-literal / IPv6-address-literal ) "]" (RFC 5321 §4.1.3)
    private static func addressLiteral(_ input: inout ByteCursor) -> String? {
        guard input.take(UInt8(ascii: "[")) else { return nil }
        let range = input.take(while: { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "\\") })
        guard range.count <= 64, input.take(UInt8(ascii: "]")) else { return nil }
        let text = input.text(range)
        if ASCII.lowercased(text).hasPrefix("ipv6:") {
            let address = text.utf8.dropFirst(5)
            guard (2...45).contains(address.count), address.contains(UInt8(ascii: ":")) else { return nil }
            guard address.allSatisfy({ Hex.value($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else { return nil }
            return "[\(text)]"
        }
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        guard octets.count == 4, octets.allSatisfy({ $0.utf8.count <= 3 && $0.utf8.allSatisfy(ASCII.isDigit) && UInt8($0) != nil }) else { return nil }
        return "[\(text)]"
    }

    /// atext (RFC 5322 §3.2.3), with UTF-8 in it (RFC 6531 §3.3), or "."
    private static func isAtomOrDot(_ byte: UInt8) -> Bool {
        if ASCII.isAlphanumeric(byte) || byte >= 128 { return true }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"),
            UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            return true
        default: return false
        }
    }
}

extension AddressSyntax {
    /// An address from the parts that a header's parser found: the local part without quotes and backslashes. nil where the domain is none,
    /// or the local part cannot be written in an envelope.
    package static func address(localPart: [UInt8], domain: String) -> MailAddress? {
        let bytes = Array(domain.utf8)
        var input = ByteCursor(bytes.span)
        guard let domain = self.domain(&input), input.isAtEnd else { return nil }
        guard !localPart.isEmpty, localPart.count <= SyntaxLimits.localPart, text(localPart) != nil else { return nil }
        return MailAddress(localPart: written(localPart), domain: domain)
    }
    /// Whether text is a domain or an address literal: fit for the `from` of a Received field.
    package static func isDomain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var input = ByteCursor(bytes.span)
        return bytes.allSatisfy { $0 < 128 } && domain(&input) != nil && input.isAtEnd
    }
}
