import Bytes
package import Model

/// "2026-11-28T10:00:00Z": the date and time of the net, as FUTURERELEASE has it. (RFC 3339 §5.6, RFC 4865 §5)
package enum DateTime {
    /// nil for anything else, days and hours that no calendar has included. A leap second counts as the next second.
    package static func parse(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count <= 40 else { return nil }
        var input = ByteCursor(bytes.span)
        guard let year = number(&input, 4), input.take(UInt8(ascii: "-")), let month = number(&input, 2), input.take(UInt8(ascii: "-")),
            let day = number(&input, 2), input.take(UInt8(ascii: "T")) || input.take(UInt8(ascii: "t")), let hour = number(&input, 2),
            input.take(UInt8(ascii: ":")), let minute = number(&input, 2), input.take(UInt8(ascii: ":")), let second = number(&input, 2)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard year >= 1970, date.exists, hour < 24, minute < 60, second <= 60 else { return nil }
        if input.take(UInt8(ascii: ".")), input.take(while: ASCII.isDigit).isEmpty { return nil }
        guard let offset = offset(&input), input.isAtEnd else { return nil }
        return Timestamp(seconds: Int64((date.days * 24 + hour) * 3600 + (minute - offset) * 60 + second))
    }
    package static func text(_ time: Timestamp) -> String {
        let (date, second) = CivilDate.of(seconds: max(0, time.seconds))
        let clock = [second / 3600, second / 60 % 60, second % 60].map(two).joined(separator: ":")
        return "\(date.year)-\(two(date.month))-\(two(date.day))T\(clock)Z"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private static func number(_ input: inout ByteCursor, _ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let byte = input.next(), ASCII.isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
    /// Minutes east.
    private static func offset(_ input: inout ByteCursor) -> Int? {
        guard let sign = input.next() else { return nil }
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = number(&input, 2), input.take(UInt8(ascii: ":")),
            let minutes = number(&input, 2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}
