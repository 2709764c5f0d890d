import Bytes
internal import CIDN2

/// Names of domains as text: from what people write to what DNS is asked, and back. (RFC 1035 §2.3, RFC 5890, UTS 46 non-transitional)
package enum DomainName {
    package enum Limits {
        /// Octets of a name as text, without the last dot. (RFC 1035 §2.3.4: 255 on the wire)
        package static let text = 253
        package static let label = 63
        /// Octets of what people may write before it is even looked at.
        package static let written = 1024
    }
    /// The A-label form in lower case, without the last dot: "Bücher.example." gives "xn--bcher-kva.example". nil when it is no domain name: empty,
    /// too long, an empty label, other characters than letters, digits, hyphens and underscores. (RFC 5891 §4, RFC 5321 §2.3.5)
    package static func ascii(_ text: String) -> String? {
        guard text.utf8.count <= Limits.written, !text.utf8.contains(0) else { return nil }
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        var name = isPlain ? text.lowercased() : ""
        // A label that claims to be an A-label is looked at too.
        if !isPlain || name.hasPrefix("xn--") || name.contains(".xn--") {
            guard let made = aLabels(text) else { return nil }
            name = made.lowercased()
        }
        if name.hasSuffix(".") { name.removeLast() }
        return isDomain(name) ? name : nil
    }
    /// Only the mapping of UTS 46 and the A-labels; nil where there are none. Asks nothing of what comes out.
    package static func aLabels(_ text: String) -> String? {
        // C reads as far as the first NUL.
        guard text.utf8.count <= Limits.written, !text.utf8.contains(0) else { return nil }
        var made: UnsafeMutablePointer<CChar>?
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        guard unsafe idn2_to_ascii_8z(text, &made, flags) == IDN2_OK.rawValue, let pointer = unsafe made else { return nil }
        defer { unsafe idn2_free(pointer) }
        return unsafe String(cString: pointer)
    }
    /// The U-label form, for people; the name itself where it has none.
    package static func unicode(_ ascii: String) -> String {
        guard ascii.utf8.count <= Limits.text, ascii.contains("xn--") else { return ascii }
        var made: UnsafeMutablePointer<CChar>?
        guard unsafe idn2_to_unicode_8z8z(ascii, &made, 0) == IDN2_OK.rawValue, let pointer = unsafe made else { return ascii }
        defer { unsafe idn2_free(pointer) }
        let name = unsafe String(cString: pointer)
        // What does not come back as it went is no name to show: controls, and letters that are none.
        return Self.ascii(name) == ascii.lowercased() ? name : ascii
    }
    /// Labels of letters, digits, hyphens and underscores (as in "_dmarc"), lengths kept.
    package static func isDomain(_ name: String) -> Bool {
        guard (1...Limits.text).contains(name.utf8.count) else { return false }
        return name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...Limits.label).contains(label.count) && label.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }
    /// A domain that can be a host: no underscores, no hyphen at the ends of a label. (RFC 952, RFC 1123 §2.1)
    package static func isHost(_ name: String) -> Bool {
        isDomain(name)
            && name.utf8.split(separator: UInt8(ascii: ".")).allSatisfy { label in
                label.first.map(ASCII.isAlphanumeric) == true && label.last.map(ASCII.isAlphanumeric) == true && !label.contains(UInt8(ascii: "_"))
            }
    }
    /// What is asked under: lower-case ASCII, without the last dot. Odd printable characters pass, as SPF macros may make them. (RFC 7208 §7.3)
    package static func question(_ name: String) throws(LookUpFailure) -> String {
        var text = name.lowercased()
        if text.hasSuffix(".") { text.removeLast() }
        guard text.utf8.count <= Limits.text else { throw .badName }
        if text.isEmpty { return name == "." ? "" : try refused() }
        for label in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            let isFine = (1...Limits.label).contains(label.count) && label.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
            guard isFine else { throw .badName }
        }
        return text
    }
    private static func refused() throws(LookUpFailure) -> String { throw .badName }
}
