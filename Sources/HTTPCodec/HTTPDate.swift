import Model

/// IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT". Writing only. (RFC 9110 §5.6.7)
package enum HTTPDate {
    /// The years that the form can hold: 1970 to 9999.
    private static let range: ClosedRange<Int64> = 0...253_402_300_799

    package static func text(_ seconds: Int64) -> String {
        let seconds = min(max(seconds, range.lowerBound), range.upperBound)
        let (date, second) = CivilDate.of(seconds: seconds)
        return "\(CivilDate.weekdayNames[date.weekday]), \(two(date.day)) \(CivilDate.monthNames[date.month - 1]) \(date.year) "
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
    }
    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
