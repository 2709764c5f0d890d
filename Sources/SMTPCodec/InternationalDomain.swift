import Bytes
import CIDN2

/// Domains in other scripts, in the form that the rest of the house knows: "grün.example" is "xn--grn-ioa.example". (RFC 5890 §2.3.2.1, RFC 6531 §3.2)
package enum InternationalDomain {
    /// nil where the text is no domain in any script. A domain in ASCII comes back as it is.
    package static func ascii(_ text: String) -> String? {
        if text.utf8.allSatisfy({ $0 < 128 }) { return text }
        // C reads as far as the first NUL; a domain of more octets than this has no form of 255.
        guard !text.utf8.contains(0), text.utf8.count <= 1_024 else { return nil }
        var made: UnsafeMutablePointer<CChar>?
        guard unsafe idn2_to_ascii_8z(text, &made, Int32(IDN2_NONTRANSITIONAL.rawValue)) == Int32(IDN2_OK.rawValue), let made = unsafe made else { return nil }
        defer { unsafe idn2_free(made) }
        return unsafe String(validatingCString: made)
    }
}
