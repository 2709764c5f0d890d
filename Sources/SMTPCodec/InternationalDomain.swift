import DNSCodec

/// Domains in other scripts, in the form that the rest of the house knows: "grün.example" is "xn--grn-ioa.example". (RFC 5890 §2.3.2.1, RFC 6531 §3.2)
package enum InternationalDomain {
    /// nil where the text is no domain in any script. A domain in ASCII comes back as it is, for its own rules to judge.
    package static func ascii(_ text: String) -> String? { text.utf8.allSatisfy { $0 < 128 } ? text : DomainName.aLabels(text) }
}
