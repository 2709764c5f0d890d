package import Model

/// The event of a meeting message: what its text/calendar part says of one meeting, and nothing of a calendar. Pure, linear, lenient: what cannot be
/// read is as if it were not there. (RFC 5545, RFC 5546 §3.2)
package struct Invitation: Sendable, Equatable {
    package enum Limits {
        /// Octets of a calendar that are looked at.
        package static let octets = 1_048_576
        /// Content lines.
        static let lines = 20_000
        /// Bytes of one text.
        static let text = 32_768
        /// Rules of time zones.
        static let zones = 64
    }
    /// "REQUEST", in upper case.
    package var method = ""
    package var uid = ""
    package var summary = ""
    package var location = ""
    /// Address without mailto:, and name; empty where there is none.
    package var organizer = Person(address: "", name: "")
    package var start: Timestamp?
    package var end: Timestamp?
    package var stamp: Timestamp?
    package var isAllDay = false
    /// One occurrence of a series.
    package var recurrenceID: Timestamp?
    package var rule: RecurrenceRule?
    package var sequence = 0
    /// PUBLIC 0, personal 1, PRIVATE 2, CONFIDENTIAL 3.
    package var sensitivity = 0
    /// 0 free, 1 tentative, 2 busy, 3 away.
    package var busyStatus = 2
    /// Minutes before the start.
    package var reminder: Int?
    package var asksForResponse = false
    package var allowsCounter = true
    /// Of the first attendee: what a reply says.
    package var participation = ""
    /// That of DTSTART; UTC where there is none.
    package var zone = ZoneRules.utc

    package struct Person: Sendable, Equatable {
        package var address: String
        package var name: String
    }
}

/// RRULE, as far as ActiveSync can say it. (RFC 5545 §3.3.10)
package struct RecurrenceRule: Sendable, Equatable {
    package enum Frequency: String, Sendable { case daily = "DAILY", weekly = "WEEKLY", monthly = "MONTHLY", yearly = "YEARLY" }
    package var frequency = Frequency.daily
    package var interval = 1
    package var count: Int?
    package var until: Timestamp?
    /// Bits from Sunday 1 to Saturday 64.
    package var days = 0
    /// 1 to 4, or -1 for the last; nil: every one.
    package var position: Int?
    package var dayOfMonth: Int?
    package var month: Int?
    /// 0 is Sunday.
    package var weekStart = 1
}
