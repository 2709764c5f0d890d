package import Model

/// A point in time as header fields write it, in UTC: "Mon, 02 Jan 2006 15:04:05 +0000". (RFC 5322 §3.3)
package enum MessageDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    package static func text(_ time: Timestamp) -> String {
        // Years 1970 to 9999: what four digits can say.
        let seconds = min(max(time.seconds, 0), 253_402_300_799)
        let day = seconds / 86_400, rest = Int(seconds % 86_400)
        let (year, month, dayOfMonth) = date(day)
        return "\(days[Int(day % 7)]), \(two(dayOfMonth)) \(months[month - 1]) \(year) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) +0000"
    }
    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Days since 1970-01-01 to a date of the Gregorian calendar. (H. Hinnant, chrono-compatible low-level date algorithms)
    private static func date(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = shifted / 146_097, dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
