package import Model

/// A message in the queue; the number is never given again.
package struct QueueID: StoredID { package let rawValue: Int64; package init(rawValue: Int64) { self.rawValue = rawValue } }
/// One of its recipients.
package struct RecipientID: StoredID { package let rawValue: Int64; package init(rawValue: Int64) { self.rawValue = rawValue } }
extension QueueID: Bindable {}
extension RecipientID: Bindable {}

/// A message on its way to other servers: what its recipients share.
package struct QueuedMessage: Sendable, Equatable {
    package enum Body: Int, Sendable { case sevenBit = 0, eightBit = 1, binary = 2 }
    package var id = QueueID(0)
    package var trace: String
    /// "" is the null reverse-path `<>`.
    package var sender: String
    /// The user who handed it in; nil for what is forwarded and for our own reports.
    package var account: AccountID?
    package var content = ContentID(0)
    /// Octets of the content.
    package var size: Int64 = 0
    package var body = Body.sevenBit
    package var isUTF8 = false
    package var requiresTLS = false
    /// ENVID; RET: true for FULL, false for HDRS. (RFC 3461 §4.3, §4.4)
    package var identifier: String?
    package var returnsAll: Bool?
    package var created: Timestamp
    package var expires: Timestamp
    package init(trace: String, sender: String, account: AccountID?, created: Timestamp, expires: Timestamp) {
        self.trace = trace; self.sender = sender; self.account = account; self.created = created; self.expires = expires
    }
}

/// A recipient who is still to be reached.
package struct QueuedRecipient: Sendable, Equatable {
    package enum State: Int, Sendable { case waiting = 1, held = 2 }
    package var id = RecipientID(0)
    package var message = QueueID(0)
    package var address: String
    /// The domain of the address, in lower case: what is retried and limited together.
    package var destination: String
    package var state = State.waiting
    /// Not before.
    package var next: Timestamp
    package var attempts = 0
    /// When the sender is to be told that it takes long; nil when that is done or not wanted.
    package var warn: Timestamp?
    /// What the last attempt was told; "" before the first.
    package var reply = ""
    /// NOTIFY: bits of success, failure and delay; 0 is NEVER, nil says nothing. ORCPT. (RFC 3461 §4.1, §4.2)
    package var notify: Int?
    package var original: String?
    package init(address: String, destination: String, next: Timestamp) { self.address = address; self.destination = destination; self.next = next }
}

/// One line of a message's history.
package struct HistoryRow: Sendable, Equatable {
    package enum Event: String, Sendable {
        case received, judged, queued, attempt, delivered, deferred, failed, expired, reported, transcript, removed, changed, discarded
    }
    package let time: Timestamp
    package let event: String
    package let words: String
    package init(time: Timestamp, event: String, words: String) { self.time = time; self.event = event; self.words = words }
}

/// What is in the queue, counted.
package struct QueueCounts: Sendable, Equatable {
    package var waiting = 0
    package var held = 0
    package init() {}
}
