package import Model

/// One command of a client, its syntax found right. Whether it may come now is the machine's to say. (RFC 5321 §4.1.1)
package enum Command: Equatable, Sendable {
    case hello(name: String, isExtended: Bool)
    case startTLS
    /// `response` is the decoded initial response; nil without one, empty for `=`. (RFC 4954 §4)
    case authenticate(mechanism: String, response: [UInt8]?)
    /// nil is the null reverse-path `<>`.
    case mail(sender: MailAddress?, MailParameters)
    case recipient(Recipient, RecipientParameters = RecipientParameters())
    case data
    /// So many octets follow the line. (RFC 3030 §2)
    case chunk(size: Int, isLast: Bool)
    /// XCLIENT: names in upper case, values out of their xtext.
    case client([ClientAttribute])
    case reset
    case noop
    case verify
    case expand
    case help
    case quit
}

package struct ClientAttribute: Equatable, Sendable {
    package let name: String
    package let value: String
    package init(name: String, value: String) { self.name = name; self.value = value }
}

package enum Recipient: Equatable, Sendable {
    case address(MailAddress)
    /// `<Postmaster>` without a domain: always ours. (RFC 5321 §4.1.1.3)
    case postmaster
}

/// ESMTP parameters of MAIL.
package struct MailParameters: Equatable, Sendable {
    package enum Body: Sendable { case sevenBit, eightBit }
    package enum Returned: Sendable { case full, headers }
    /// SIZE (RFC 1870); Int.max where the number is larger than we can count.
    package var size: Int?
    /// BODY (RFC 6152)
    package var body: Body?
    /// AUTH (RFC 4954 §5), as it was written. Nobody here believes it.
    package var authorization: String?
    /// SMTPUTF8 (RFC 6531 §3.4) and REQUIRETLS (RFC 8689 §4.1)
    package var isUTF8 = false
    package var requiresTLS = false
    /// ENVID, decoded, and RET (RFC 3461 §4.3, §4.4)
    package var identifier: String?
    package var returned: Returned?
    package init(size: Int? = nil, body: Body? = nil, authorization: String? = nil) { self.size = size; self.body = body; self.authorization = authorization }
}

/// ESMTP parameters of RCPT. (RFC 3461 §4.1, §4.2)
package struct RecipientParameters: Equatable, Sendable {
    package struct Notify: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let success = Notify(rawValue: 1), failure = Notify(rawValue: 2), delay = Notify(rawValue: 4)
    }
    /// nil: nothing was said; empty: NEVER.
    package var notify: Notify?
    /// ORCPT, its xtext decoded: "rfc822;ann@example.org".
    package var original: String?
    package init(notify: Notify? = nil, original: String? = nil) { self.notify = notify; self.original = original }
}

/// Why a line is no command.
package enum CommandError: Error, Equatable {
    case unknownCommand
    /// A verb of the standards that this server does not do.
    case notImplemented
    /// Words for the client.
    case badArgument(String)
    case badSender, badRecipient
    /// BDAT without a size: the octets behind it cannot be told from commands.
    case badChunk
    case unknownParameter(String)
    /// A response of an AUTH exchange that is not base 64.
    case badBase64
    /// "*": the client cancels the exchange. (RFC 4954 §4)
    case cancelled

    package var reply: Reply {
        switch self {
        case .unknownCommand: Reply(500, "5.5.2", "Command not recognised")
        case .notImplemented: Reply(502, "5.5.1", "Command not implemented")
        case .badArgument(let words): Reply(501, "5.5.4", words)
        case .badSender: Reply(501, "5.1.7", "Bad sender address syntax")
        case .badChunk: Reply(501, "5.5.4", "Syntax: BDAT size [LAST]")
        case .badRecipient: Reply(501, "5.1.3", "Bad recipient address syntax")
        case .unknownParameter(let name): Reply(555, "5.5.4", "Parameter \(name.prefix(64)) not recognised or not implemented")
        case .badBase64: Reply(501, "5.5.2", "Cannot decode that response")
        case .cancelled: Reply(501, "5.7.0", "Authentication cancelled")
        }
    }
}
