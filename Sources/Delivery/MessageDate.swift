package import Model

/// A point in time as header fields write it, in UTC: "Mon, 02 Jan 2006 15:04:05 +0000". (RFC 5322 §3.3)
package enum MessageDate {
    package static func text(_ time: Timestamp) -> String {
        // Years 1970 to 9999: what four digits can say.
        let seconds = min(max(time.seconds, 0), 253_402_300_799)
        let (date, second) = CivilDate.of(seconds: seconds)
        return "\(CivilDate.weekdayNames[date.weekday]), \(two(date.day)) \(CivilDate.monthNames[date.month - 1]) \(date.year) "
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) +0000"
    }
    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
