// Points in time for people and JSON: UTC, RFC 3339.
package import Model

package enum Moment {
    package static func text(_ time: Timestamp) -> String {
        let (date, rest) = CivilDate.of(seconds: time.seconds)
        func padded(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day))T\(padded(rest / 3_600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))Z"
    }
}
