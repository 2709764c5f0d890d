/// One address, its octets as they stand in the header: nothing decoded, quotes and backslashes taken off. (RFC 3501 §7.4.2)
package struct Mailbox: Sendable, Equatable {
    /// The display name, or the comment that stands for it.
    package var name: [UInt8]?
    /// The obsolete source route, `@a,@b`. (RFC 5322 §4.4)
    package var route: [UInt8]?
    /// Before the @; empty where it is missing.
    package var local: [UInt8]
    /// After the @; empty where it is missing.
    package var domain: [UInt8]
    package init(name: [UInt8]? = nil, route: [UInt8]? = nil, local: [UInt8], domain: [UInt8]) {
        self.name = name; self.route = route; self.local = local; self.domain = domain
    }
    /// `local@domain`, or the one of them that is there.
    package var address: [UInt8] { domain.isEmpty ? local : local + [0x40] + domain }
}

/// An address list in the order of the header, groups as brackets around their members. (RFC 5322 §3.4; RFC 3501 §7.4.2)
package enum AddressEntry: Sendable, Equatable {
    case mailbox(Mailbox)
    case groupStart(name: [UInt8])
    case groupEnd
}

/// What IMAP calls ENVELOPE: unfolded, otherwise as written. nil: there is no such field. (RFC 3501 §7.4.2)
package struct MessageEnvelope: Sendable, Equatable {
    package var date: [UInt8]?
    package var subject: [UInt8]?
    package var from: [AddressEntry] = []
    /// `sender` and `replyTo` are `from` where they are missing or empty.
    package var sender: [AddressEntry] = []
    package var replyTo: [AddressEntry] = []
    package var to: [AddressEntry] = []
    package var cc: [AddressEntry] = []
    package var bcc: [AddressEntry] = []
    package var inReplyTo: [UInt8]?
    package var messageID: [UInt8]?
    package init() {}
}
