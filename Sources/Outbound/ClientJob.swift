package import MailStore
package import SMTPCodec

/// One message for recipients at one place: what one transaction of the client carries. (RFC 5321 §3.3)
package struct ClientJob: Sendable, Equatable {
    package enum Limits {
        /// Recipients of one transaction. (RFC 5321 §4.5.3.1.8)
        package static let recipients = 100
    }
    package let message: QueuedMessage
    package let recipients: [QueuedRecipient]
    /// The stored octets, where they were small enough to be read with the page.
    package var content: [UInt8]?
    package init(message: QueuedMessage, recipients: [QueuedRecipient], content: [UInt8]? = nil) {
        (self.message, self.recipients, self.content) = (message, recipients, content)
    }
}

/// What became of one recipient.
package enum RecipientResult: Sendable, Equatable {
    /// The next server has taken it. `isRelayed`: it knows nothing of DSN, so a notice of success is ours to give. (RFC 3461 §5.2.2)
    case delivered(ServerReply, isRelayed: Bool)
    /// For good: a bounce.
    case failed(ServerReply)
    /// Tried again later.
    case deferred(ServerReply)
    /// Not asked for: another transaction, soon.
    case untried
}

extension ServerReply {
    /// Our own words in the form of a reply: for what fails without a server saying so.
    package init(own code: Int, _ status: String, _ words: String) { self.init(code, status, lines: [words]) }
}

/// What a message asks of the server that takes it, found by reading it.
package struct MessageNeeds: Sendable, Equatable {
    /// Octets as they go out, but for dots.
    package var size: Int
    package var isEightBit: Bool
    /// Octets above 127 in the header or the envelope. (RFC 6531 §3.2)
    package var isUTF8: Bool
    package init(size: Int, isEightBit: Bool, isUTF8: Bool) { self.size = size; self.isEightBit = isEightBit; self.isUTF8 = isUTF8 }
}
