/// IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT". Writing only. (RFC 9110 §5.6.7)
package enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// The years that the form can hold: 1970 to 9999.
    private static let range: ClosedRange<Int64> = 0...253_402_300_799

    package static func text(_ seconds: Int64) -> String {
        let seconds = min(max(seconds, range.lowerBound), range.upperBound)
        let day = Int(seconds / 86_400), second = Int(seconds % 86_400)
        // Days to a civil date, by 400-year eras that begin on 1 March.
        let shifted = day + 719_468
        let era = shifted / 146_097, inEra = shifted % 146_097
        let yearOfEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * inYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let dayOfMonth = inYear - (153 * marchMonth + 2) / 5 + 1
        return "\(days[day % 7]), \(two(dayOfMonth)) \(months[month - 1]) \(year) \(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
    }
    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
