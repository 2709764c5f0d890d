package import Model

/// Reads of the queue. What is listed comes in pages.
extension ReadTransaction {
    package func queued(_ id: QueueID) throws -> QueuedMessage? {
        try sql("""
            SELECT id, trace, sender, account, content, size, body, utf8, requires_tls, identifier, returned, created, expires FROM queued WHERE id = :id
            """).first(id, make: QueuedMessage.init)
    }
    /// Messages after an id, oldest first.
    package func queued(after id: QueueID, limit: Int) throws -> [QueuedMessage] {
        try sql("""
            SELECT id, trace, sender, account, content, size, body, utf8, requires_tls, identifier, returned, created, expires
            FROM queued WHERE id > :id ORDER BY id LIMIT :limit
            """).rows(id, limit, make: QueuedMessage.init)
    }
    package func queued(trace: String, limit: Int = 100) throws -> [QueuedMessage] {
        try sql("""
            SELECT id, trace, sender, account, content, size, body, utf8, requires_tls, identifier, returned, created, expires
            FROM queued WHERE trace = :trace LIMIT :limit
            """).rows(trace, limit, make: QueuedMessage.init)
    }
    package func recipients(of message: QueueID) throws -> [QueuedRecipient] {
        try sql("""
            SELECT id, message, address, destination, state, next, attempts, warn, reply, notify, original FROM queued_recipient WHERE message = :message
            """).rows(message, make: QueuedRecipient.init)
    }
    package func recipient(_ id: RecipientID) throws -> QueuedRecipient? {
        try sql("""
            SELECT id, message, address, destination, state, next, attempts, warn, reply, notify, original FROM queued_recipient WHERE id = :id
            """).first(id, make: QueuedRecipient.init)
    }
    /// Who is due at a destination, longest waiting first.
    package func due(_ destination: String, at time: Timestamp, limit: Int) throws -> [QueuedRecipient] {
        try sql("""
            SELECT id, message, address, destination, state, next, attempts, warn, reply, notify, original FROM queued_recipient
            WHERE state = 1 AND destination = :destination AND next <= :time ORDER BY next, id LIMIT :limit
            """).rows(destination, time, limit, make: QueuedRecipient.init)
    }
    /// When the first recipient after a point in time is due; nil where nobody waits.
    package func firstDue(_ destination: String, after time: Timestamp = Timestamp(milliseconds: .min)) throws -> Timestamp? {
        try sql("SELECT next FROM queued_recipient WHERE state = 1 AND destination = :destination AND next > :time ORDER BY next LIMIT 1")
            .first(destination, time) { Timestamp(rawValue: $0.int64(0)) }
    }
    /// Destinations with somebody waiting, in order of their names, each with its earliest time: one look into the index for each.
    package func destinations(after name: String, limit: Int) throws -> [(name: String, next: Timestamp)] {
        let step = try sql("SELECT destination, next FROM queued_recipient WHERE state = 1 AND destination > :name ORDER BY destination, next LIMIT 1")
        var found: [(name: String, next: Timestamp)] = []
        var name = name
        while found.count < limit, let row = try step.first(name, make: { ($0.text(0), Timestamp(rawValue: $0.int64(1))) }) {
            found.append(row)
            name = row.0
        }
        return found
    }
    /// Messages whose time is over.
    package func expired(at time: Timestamp, limit: Int) throws -> [QueuedMessage] {
        try sql("""
            SELECT id, trace, sender, account, content, size, body, utf8, requires_tls, identifier, returned, created, expires
            FROM queued WHERE expires <= :time ORDER BY expires LIMIT :limit
            """).rows(time, limit, make: QueuedMessage.init)
    }
    /// Recipients whose sender is to be told that it takes long.
    package func late(at time: Timestamp, limit: Int) throws -> [QueuedRecipient] {
        try sql("""
            SELECT id, message, address, destination, state, next, attempts, warn, reply, notify, original FROM queued_recipient
            WHERE state = 1 AND warn IS NOT NULL AND warn <= :time ORDER BY warn LIMIT :limit
            """).rows(time, limit, make: QueuedRecipient.init)
    }
    package func queueCounts() throws -> QueueCounts {
        var counts = QueueCounts()
        for (state, number) in try sql("SELECT state, count(*) FROM queued_recipient GROUP BY state").rows(make: { ($0.int(0), $0.int(1)) }) {
            if state == QueuedRecipient.State.waiting.rawValue { counts.waiting = number } else { counts.held += number }
        }
        return counts
    }
    package func history(of trace: String, limit: Int = 1_000) throws -> [HistoryRow] {
        try sql("SELECT time, event, words FROM history WHERE trace = :trace ORDER BY id LIMIT :limit").rows(trace, limit) {
            HistoryRow(time: Timestamp(rawValue: $0.int64(0)), event: $0.text(1), words: $0.text(2))
        }
    }
    package func secret(_ name: String) throws -> [UInt8]? { try sql("SELECT value FROM secret WHERE name = :name").first(name) { $0.blob(0) } }
}

extension WriteTransaction {
    /// Puts a message into the queue. What `content` is: the octets, or a content that an item of this transaction has already.
    package func enqueue(_ message: QueuedMessage, _ item: NewItem, to recipients: [QueuedRecipient]) throws -> QueuedMessage {
        guard !recipients.isEmpty else { throw StoreError.notFound }
        var message = message
        (message.content, message.size) = try take(item, class: ItemClass.mail.rawValue)
        message.id = QueueID(try newNumber())
        try sql("""
            INSERT INTO queued(id, trace, sender, account, content, size, body, utf8, requires_tls, identifier, returned, created, expires)
            VALUES (:id, :trace, :sender, :account, :content, :size, :body, :utf8, :tls, :identifier, :returned, :created, :expires)
            """).run(
            message.id, message.trace, message.sender, message.account?.rawValue ?? 0, message.content, message.size, message.body.rawValue,
            message.isUTF8, message.requiresTLS, message.identifier, message.returnsAll, message.created, message.expires)
        let insert = try sql("""
            INSERT INTO queued_recipient(id, message, address, destination, state, next, attempts, warn, reply, notify, original)
            VALUES (:id, :message, :address, :destination, :state, :next, :attempts, :warn, :reply, :notify, :original)
            """)
        for recipient in recipients {
            try insert.run(
                RecipientID(try newNumber()), message.id, recipient.address, recipient.destination, recipient.state.rawValue, recipient.next,
                recipient.attempts, recipient.warn, recipient.reply, recipient.notify, recipient.original)
        }
        return message
    }
    /// A recipient is done with, whatever the end was. The message goes with its last recipient. False when it was done before.
    @discardableResult
    package func finish(_ recipient: RecipientID, of message: QueueID) throws -> Bool {
        try sql("DELETE FROM queued_recipient WHERE id = :id").run(recipient)
        guard connection.changes > 0 else { return false }
        let others = try sql("SELECT 1 FROM queued_recipient WHERE message = :message LIMIT 1").first(message) { _ in true } ?? false
        if !others, let content = try sql("SELECT content FROM queued WHERE id = :id").first(message, make: { ContentID($0.int64(0)) }) {
            try sql("DELETE FROM queued WHERE id = :id").run(message)
            try release(content)
        }
        return true
    }
    /// An attempt came to nothing: the next one is at `next`.
    package func postpone(_ recipient: RecipientID, until next: Timestamp, reply: String) throws {
        try sql("UPDATE queued_recipient SET next = :next, attempts = attempts + 1, reply = :reply WHERE id = :id")
            .run(next, QueueLimits.cut(reply, QueueLimits.reply), recipient)
    }
    package func setWarned(_ recipient: RecipientID) throws { try sql("UPDATE queued_recipient SET warn = NULL WHERE id = :id").run(recipient) }
    /// Held recipients are not tried until they wait again. Returns those of the message whose state or time changed.
    @discardableResult
    package func setState(of message: QueueID, _ state: QueuedRecipient.State, next: Timestamp? = nil) throws -> Int {
        try sql("UPDATE queued_recipient SET state = :state, next = ifnull(:next, next) WHERE message = :message").run(state.rawValue, next, message)
        return connection.changes
    }
    /// All recipients at once, without a word to the sender. False when there is no such message.
    package func removeQueued(_ message: QueueID) throws -> Bool {
        let recipients = try recipients(of: message)
        for recipient in recipients { try finish(recipient.id, of: message) }
        return !recipients.isEmpty
    }
    /// One line for `message trace`.
    package func remember(_ trace: String, _ event: HistoryRow.Event, _ words: String) throws {
        try sql("INSERT INTO history(trace, time, event, words) VALUES (:trace, :time, :event, :words)")
            .run(trace, now, event.rawValue, QueueLimits.cut(words, QueueLimits.words))
    }
    /// The secret of this name, made by the first who asks.
    package func secret(_ name: String, orMake make: () -> [UInt8]) throws -> [UInt8] {
        if let known = try secret(name) { return known }
        let made = make()
        try sql("INSERT INTO secret(name, value) VALUES (:name, :value)").run(name, made)
        return made
    }
    /// Forgets a slice of the history: what is older than `old`, and what lies beyond the number of lines that are kept.
    func pruneHistory(before old: Timestamp) throws -> Int {
        let last = try sql("SELECT max(id) FROM history").first { $0.int64(0) } ?? 0
        try sql("""
            DELETE FROM history WHERE id IN (
              SELECT id FROM (SELECT id, time FROM history ORDER BY id LIMIT :slice) WHERE time < :old OR id <= :last)
            """).run(MailStore.Horizon.slice, old, last - QueueLimits.history)
        return connection.changes
    }
}

enum QueueLimits {
    /// Octets of a remote's words that are kept with a recipient, and of one line of the history (a transcript is one).
    static let reply = 1_024
    static let words = 16_384
    /// Lines of history that are kept, and how long. (docs/rooms/MailStore.md)
    static let history: Int64 = 2_000_000
    static let remembered: Int64 = 30 * 86_400_000

    /// Cut at an octet; a broken character at the end is left out.
    static func cut(_ text: String, _ octets: Int) -> String {
        guard text.utf8.count > octets else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: octets)
        while end > text.utf8.startIndex, String.Index(end, within: text) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}

extension QueuedMessage {
    fileprivate init(_ row: Statement) {
        let account = row.int64(3)
        self.init(
            trace: row.text(1), sender: row.text(2), account: account == 0 ? nil : AccountID(account), created: Timestamp(rawValue: row.int64(11)),
            expires: Timestamp(rawValue: row.int64(12)))
        id = QueueID(row.int64(0))
        content = ContentID(row.int64(4))
        size = row.int64(5)
        body = Body(rawValue: row.int(6)) ?? .eightBit
        isUTF8 = row.int(7) != 0
        requiresTLS = row.int(8) != 0
        identifier = row.isNull(9) ? nil : row.text(9)
        returnsAll = row.optionalInt64(10).map { $0 != 0 }
    }
}
extension QueuedRecipient {
    fileprivate init(_ row: Statement) {
        self.init(address: row.text(2), destination: row.text(3), next: Timestamp(rawValue: row.int64(5)))
        id = RecipientID(row.int64(0))
        message = QueueID(row.int64(1))
        state = State(rawValue: row.int(4)) ?? .held
        attempts = row.int(6)
        warn = row.optionalInt64(7).map { Timestamp(rawValue: $0) }
        reply = row.text(8)
        notify = row.optionalInt64(9).map { Int($0) }
        original = row.isNull(10) ? nil : row.text(10)
    }
}
