/// A date of the Gregorian calendar, also before it was in use: the one place where days become dates. (ISO 8601-1 §4.2.1)
/// After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years count from March, so that the leap day is their last.
@frozen public struct CivilDate: Hashable, Comparable, Sendable {
    public let year: Int
    /// 1 to 12, and 1 to 31.
    public let month: Int
    public let day: Int

    @inlinable public init(year: Int, month: Int, day: Int) { self.year = year; self.month = month; self.day = day }

    /// Days since 1970-01-01, negative before it. Exact for every day that an Int64 of seconds can name.
    @inlinable public init(days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        day = ofYear - (153 * fromMarch + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
    @inlinable public var days: Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
    }

    /// The date of a point in time in UTC, and the seconds since its midnight.
    @inlinable public static func of(seconds: Int64) -> (date: CivilDate, second: Int) {
        let (day, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        return second < 0 ? (CivilDate(days: Int(day - 1)), Int(second + 86_400)) : (CivilDate(days: Int(day)), Int(second))
    }
    /// 0 for a month that there is not.
    @inlinable public static func lengthOfMonth(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        case 1...12: 31
        default: 0
        }
    }
    /// Whether the calendar has such a day.
    @inlinable public var exists: Bool { day >= 1 && day <= Self.lengthOfMonth(month, year) }
    /// 0 is Sunday.
    @inlinable public var weekday: Int { ((days % 7) + 11) % 7 }

    /// What English forms of a date write. (RFC 5322 §3.3)
    public static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    public static let weekdayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    @inlinable public static func < (a: CivilDate, b: CivilDate) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }
}
