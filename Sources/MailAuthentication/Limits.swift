/// What this room refuses to go beyond, whatever a message or a zone says. (threats T44, T45)
package enum Limits {
    /// DKIM signatures of one message that are looked at, from the top.
    package static let signatures = 8
    /// Octets of one DKIM-Signature field.
    static let signatureField = 16_384
    /// Tags of one list, octets of a tag's name.
    static let tags = 64
    static let tagName = 64
    /// Names in h=.
    static let signedNames = 256
    /// Octets of header fields that one signature covers, after canonicalisation.
    static let signedOctets = 262_144
    /// Octets of a key's record. A key of 4096 bits takes 736.
    static let keyRecord = 8_192
    /// How far a signature's time may lie in the future, in seconds: clocks differ.
    static let clockSkew: Int64 = 3_600

    /// Terms that ask the DNS, of one check; and how many of them may find nothing. (RFC 7208 §4.6.4)
    package static let spfLookUps = 10
    package static let spfVoids = 2
    /// Hosts of one mx or ptr term. (RFC 7208 §4.6.4)
    static let spfHosts = 10
    /// Octets of an SPF record, terms of it, octets of a name after expansion.
    static let spfRecord = 8_192
    static let spfTerms = 256
    static let domainName = 253
    /// Octets of a domain's explanation that are kept.
    static let spfExplanation = 512

    /// Queries of one walk up the tree. (RFC 9989 §4.10)
    package static let treeWalk = 8
    /// Octets of a DMARC record.
    static let dmarcRecord = 4_096
    /// Octets of one Authentication-Results field that is read to tell whose it is.
    static let resultsField = 65_536
}
