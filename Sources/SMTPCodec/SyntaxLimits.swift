/// How much of what a client says we are ready to hear. Sizes in octets, line endings included.
package enum SyntaxLimits {
    /// A command line. RFC 5321 §4.5.3.1.4 asks for 512 and more for extensions; long VERP senders and parameters fit.
    package static let commandLine = 2_048
    /// A line of an AUTH exchange. (RFC 4954 §4)
    package static let authenticationLine = 12_288
    /// Octets of one endless line that are thrown away before the connection is given up.
    package static let discardedLine = 1_048_576
    /// A local part. RFC 5321 §4.5.3.1.1 asks for 64 at least; VERP senders of mailing lists are longer.
    package static let localPart = 256
    /// A domain. (RFC 5321 §4.5.3.1.2)
    package static let domain = 255
    /// Parameters of one MAIL or RCPT.
    package static let parameters = 16
    /// ENVID and ORCPT as they are sent. (RFC 3461 §4.4, §4.2)
    package static let envelopeIdentifier = 100
    package static let originalRecipient = 500
    /// A reply line. (RFC 5321 §4.5.3.1.5)
    package static let replyLine = 512
    /// Hops of a source route that are read over. (RFC 5321 §4.1.1.3)
    package static let sourceRoute = 32
}
