// Which names domains, users and addresses may have. Pure.
package import Model
internal import SMTPCodec

package enum Names {
    package enum Limits {
        /// RFC 5321 §4.5.3.1.1-2.
        static let localPart = 64
        static let domain = 253
        /// RFC 1035 §2.3.4.
        static let label = 63
        package static let displayName = 256
    }
    /// The domain in lower case, or why it is none. Names in other scripts become their xn-- form. (RFC 5321 §4.1.2, RFC 5890)
    package static func domain(_ text: String) throws(AdministrationFailure) -> String {
        guard let ascii = InternationalDomain.ascii(text) else { throw .invalid("\"\(text)\" is no domain in any script") }
        let domain = MailAddress(localPart: "x", domain: ascii).domain
        guard !domain.isEmpty, domain.utf8.count <= Limits.domain else { throw .invalid("\"\(text)\" is no domain: it needs 1 to 253 characters") }
        for label in domain.split(separator: ".", omittingEmptySubsequences: false) {
            let letters = label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            guard !label.isEmpty, label.utf8.count <= Limits.label, letters, label.first != "-", label.last != "-" else {
                throw .invalid("\"\(text)\" is no domain: \"\(label)\" is not made of 1 to 63 letters, digits and inner hyphens")
            }
        }
        return domain
    }
    /// An address that we hand out: a dot-atom and a domain. (RFC 5321 §4.1.2)
    package static func address(_ text: String) throws(AdministrationFailure) -> MailAddress {
        guard let address = MailAddress(text) else { throw .invalid("\"\(text)\" is no address: it needs the form name@domain") }
        let domain = try domain(address.domain)
        let atoms = address.localPart.split(separator: ".", omittingEmptySubsequences: false)
        guard !address.localPart.unicodeScalars.contains(where: { (127..<160).contains($0.value) }) else {
            throw .invalid("\"\(text)\" has control characters")
        }
        guard address.localPart.utf8.count <= Limits.localPart, atoms.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isAtomText) }) else {
            throw .invalid("\"\(text)\" is no address: before the @ stand 1 to 64 letters, digits and the signs !#$%&'*+-/=?^_`{|}~ with single dots between")
        }
        return MailAddress(localPart: address.localPart, domain: domain)
    }
    /// "@domain" is allowed too: whatever no other address of the domain takes.
    package static func addressOrCatchAll(_ text: String) throws(AdministrationFailure) -> String {
        if text.hasPrefix("@") { return "@" + (try domain(String(text.dropFirst()))) }
        return try address(text).key
    }
    package static func password(_ text: String) throws(AdministrationFailure) {
        guard (1...1_024).contains(text.utf8.count), !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            throw .invalid("the password needs 1 to 1024 octets without control characters")
        }
    }
    package static func displayName(_ text: String) throws(AdministrationFailure) {
        guard text.utf8.count <= Limits.displayName, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .invalid("the display name needs at most \(Limits.displayName) octets without control characters")
        }
    }
    /// RFC 5322 §3.2.3.
    private static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case 33, 35...39, 42, 43, 45, 47, 61, 63, 94...96, 123...126: true
        // RFC 6531 §3.3: and UTF-8.
        case 128...: true
        default: false
        }
    }
}
