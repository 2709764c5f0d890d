package import Model

/// A command with its arguments, understood but not yet judged: states, names and numbers are the session's to check. (RFC 3501 §6)
package enum Command: Equatable, Sendable {
    case capability, noop, logout, startTLS, check, close, unselect, expunge, idle, namespace
    case id([IDField])
    case enable([String])
    /// The initial response is base64 as it came; `=` stands for an empty one. (RFC 4959 §3)
    case authenticate(mechanism: String, initial: [UInt8]?)
    case login(name: [UInt8], password: [UInt8])
    case select(mailbox: [UInt8], isReadOnly: Bool)
    case create(mailbox: [UInt8]), delete(mailbox: [UInt8]), rename(from: [UInt8], to: [UInt8])
    case subscribe(mailbox: [UInt8]), unsubscribe(mailbox: [UInt8])
    case list(reference: [UInt8], pattern: [UInt8]), lsub(reference: [UInt8], pattern: [UInt8])
    case status(mailbox: [UInt8], [StatusItem])
    case uidExpunge(SequenceSet)
    case search(SearchRequest, byUID: Bool)
    case fetch(SequenceSet, FetchRequest, byUID: Bool)
    case store(SequenceSet, StoreRequest, byUID: Bool)
    case copy(SequenceSet, mailbox: [UInt8], byUID: Bool), move(SequenceSet, mailbox: [UInt8], byUID: Bool)
}

/// One pair of ID's list. (RFC 2971 §3.1)
package struct IDField: Equatable, Sendable {
    package let name: [UInt8]
    package let value: [UInt8]?
    package init(name: [UInt8], value: [UInt8]?) { self.name = name; self.value = value }
}

/// RFC 3501 §6.3.10
package enum StatusItem: String, Equatable, Sendable {
    case messages = "MESSAGES", recent = "RECENT", uidNext = "UIDNEXT", uidValidity = "UIDVALIDITY", unseen = "UNSEEN"
}

/// Flags as they come from and go to a client: bits, and words for the rest. `\Recent` cannot be set. (RFC 3501 §2.3.2)
package struct FlagList: Equatable, Sendable {
    package var flags: Flags = []
    package var keywords: [String] = []
    package init(flags: Flags = [], keywords: [String] = []) { self.flags = flags; self.keywords = keywords }
    /// The bits that IMAP shows; ActiveSync's own stay when flags are replaced.
    package static let visible: Flags = [.seen, .answered, .flagged, .deleted, .draft, .forwarded]
}

/// STORE's data item and value. (RFC 3501 §6.4.6)
package struct StoreRequest: Equatable, Sendable {
    package var operation: FlagOperation
    package var isSilent: Bool
    package var list: FlagList
    package init(_ operation: FlagOperation, isSilent: Bool, _ list: FlagList) { self.operation = operation; self.isSilent = isSilent; self.list = list }
}

/// APPEND up to its literal. (RFC 3501 §6.3.11)
package struct AppendRequest: Equatable, Sendable {
    package var mailbox: [UInt8]
    package var list: FlagList
    package var date: Timestamp?
    package init(mailbox: [UInt8], list: FlagList = FlagList(), date: Timestamp? = nil) { self.mailbox = mailbox; self.list = list; self.date = date }
}
