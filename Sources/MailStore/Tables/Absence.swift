package import Model

/// What is to be answered while a user is away. (MS-ASCMD §2.2.3.122)
package struct AbsenceRow: Sendable, Equatable {
    package enum State: Int, Sendable { case off = 0, on = 1, timed = 2 }
    package enum Audience: Int, Sendable, CaseIterable {
        /// Users of this server.
        case `internal` = 1
        /// Strangers whom the user knows, and all others.
        case known = 2, unknown = 3
    }
    package struct Message: Sendable, Equatable {
        package var isEnabled: Bool
        package var isHTML: Bool
        package var text: String
        package init(isEnabled: Bool, isHTML: Bool, text: String) { self.isEnabled = isEnabled; self.isHTML = isHTML; self.text = text }
    }
    package var state = State.off
    package var starts: Timestamp?
    package var ends: Timestamp?
    package var messages: [Audience: Message] = [:]
    package init() {}

    package func isActive(at time: Timestamp) -> Bool {
        switch state {
        case .off: false
        case .on: true
        case .timed: starts.map { $0 <= time } ?? false && ends.map { time < $0 } ?? false
        }
    }
}

extension ReadTransaction {
    /// nil where it was never set.
    package func absence(of account: AccountID) throws -> AbsenceRow? {
        let found = try sql("SELECT state, starts, ends FROM absence WHERE account = :account").first(account) { row in
            var absence = AbsenceRow()
            absence.state = AbsenceRow.State(rawValue: row.int(0)) ?? .off
            absence.starts = row.optionalInt64(1).map { Timestamp(milliseconds: $0) }
            absence.ends = row.optionalInt64(2).map { Timestamp(milliseconds: $0) }
            return absence
        }
        guard var absence = found else { return nil }
        let messages = try sql("SELECT audience, enabled, html, text FROM absence_message WHERE account = :account").rows(account) { row in
            (row.int(0), AbsenceRow.Message(isEnabled: row.int(1) != 0, isHTML: row.int(2) != 0, text: row.text(3)))
        }
        for (number, message) in messages { if let audience = AbsenceRow.Audience(rawValue: number) { absence.messages[audience] = message } }
        return absence
    }
}

extension WriteTransaction {
    /// Everybody may be answered again: the words may be others now.
    package func setAbsence(_ absence: AbsenceRow, of account: AccountID) throws {
        guard try self.account(account) != nil else { throw StoreError.notFound }
        try removeAbsence(of: account)
        try sql("INSERT INTO absence(account, state, starts, ends) VALUES (:account, :state, :starts, :ends)")
            .run(account, absence.state.rawValue, absence.starts?.rawValue, absence.ends?.rawValue)
        for (audience, message) in absence.messages {
            try sql("INSERT INTO absence_message(account, audience, enabled, html, text) VALUES (:account, :audience, :enabled, :html, :text)")
                .run(account, audience.rawValue, message.isEnabled, message.isHTML, message.text)
        }
    }
    func removeAbsence(of account: AccountID) throws {
        try sql("DELETE FROM absence WHERE account = :account").run(account)
        try sql("DELETE FROM absence_message WHERE account = :account").run(account)
        try sql("DELETE FROM absence_answer WHERE account = :account").run(account)
    }
    /// Whether `sender` has had no answer of the account for so many milliseconds; from now on it has.
    package func takeAnswer(of account: AccountID, to sender: String, every period: Int64) throws -> Bool {
        let last = try sql("SELECT time FROM absence_answer WHERE account = :account AND sender = :sender").first(account, sender) { $0.int64(0) }
        if let last, last > now - period, last <= now { return false }
        try sql("""
            INSERT INTO absence_answer(account, sender, time) VALUES (:account, :sender, :time)
            ON CONFLICT(account, sender) DO UPDATE SET time = excluded.time
            """).run(account, sender, now)
        return true
    }
    /// Forgets a slice of answers older than any period.
    func pruneAnswers(before old: Timestamp) throws -> Int {
        try sql("""
            DELETE FROM absence_answer WHERE (account, sender) IN (SELECT account, sender FROM absence_answer WHERE time < :old ORDER BY time LIMIT :slice)
            """).run(old, MailStore.Horizon.slice)
        return connection.changes
    }
}
