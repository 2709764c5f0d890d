package import Bytes
package import Model

/// `date-time` and `date` of IMAP. Dates go out in UTC. (RFC 3501 §9)
package enum InternalDate {
    private static let months = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)
    package static let secondsPerDay: Int64 = 86_400

    /// DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
    static func parse(_ cursor: inout ByteCursor) throws(SyntaxError) -> Timestamp {
        guard cursor.take(UInt8(ascii: "\"")) else { throw wrong }
        _ = cursor.take(ASCII.space)
        let day = try dayNumber(&cursor)
        guard cursor.take(ASCII.space) else { throw wrong }
        let hour = try twoDigits(&cursor)
        guard cursor.take(UInt8(ascii: ":")) else { throw wrong }
        let minute = try twoDigits(&cursor)
        guard cursor.take(UInt8(ascii: ":")) else { throw wrong }
        let second = try twoDigits(&cursor)
        guard hour < 24, minute < 60, second <= 60, cursor.take(ASCII.space) else { throw wrong }
        let isWest = cursor.take(UInt8(ascii: "-"))
        guard isWest || cursor.take(UInt8(ascii: "+")) else { throw wrong }
        let zoneHour = try twoDigits(&cursor), zoneMinute = try twoDigits(&cursor)
        guard zoneMinute < 60, cursor.take(UInt8(ascii: "\"")) else { throw wrong }
        let zone = Int64(zoneHour * 3600 + zoneMinute * 60) * (isWest ? -1 : 1)
        return Timestamp(seconds: day * secondsPerDay + Int64(hour * 3600 + minute * 60 + second) - zone)
    }

    /// date = date-text / DQUOTE date-text DQUOTE, as days since 1970-01-01
    static func parseDay(_ cursor: inout ByteCursor) throws(SyntaxError) -> Int64 {
        let isQuoted = cursor.take(UInt8(ascii: "\""))
        let day = try dayNumber(&cursor)
        if isQuoted, !cursor.take(UInt8(ascii: "\"")) { throw wrong }
        return day
    }

    /// date-day "-" date-month "-" date-year
    private static func dayNumber(_ cursor: inout ByteCursor) throws(SyntaxError) -> Int64 {
        let digits = cursor.take(while: ASCII.isDigit)
        guard 1...2 ~= digits.count else { throw wrong }
        let day = cursor.bytes(digits).reduce(0) { $0 * 10 + Int($1 - 48) }
        guard cursor.take(UInt8(ascii: "-")) else { throw wrong }
        let name = cursor.take(while: ASCII.isLetter)
        guard name.count == 3, let month = month(named: cursor.bytes(name)), cursor.take(UInt8(ascii: "-")) else { throw wrong }
        let yearDigits = cursor.take(while: ASCII.isDigit)
        guard yearDigits.count == 4 else { throw wrong }
        let year = cursor.bytes(yearDigits).reduce(0) { $0 * 10 + Int($1 - 48) }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.exists else { throw wrong }
        return Int64(date.days)
    }
    private static func month(named name: [UInt8]) -> Int? {
        for month in 0..<12 where ASCII.equalIgnoringCase(name, Array(months[month * 3..<month * 3 + 3])) { return month + 1 }
        return nil
    }
    private static func twoDigits(_ cursor: inout ByteCursor) throws(SyntaxError) -> Int {
        guard let tens = cursor.next(), ASCII.isDigit(tens), let ones = cursor.next(), ASCII.isDigit(ones) else { throw wrong }
        return Int(tens - 48) * 10 + Int(ones - 48)
    }
    private static var wrong: SyntaxError { SyntaxError("Invalid date") }

    /// "dd-Mon-yyyy hh:mm:ss +0000" in quotes. Years outside 0...9999 have no form and are drawn to the nearer end.
    package static func write(_ time: Timestamp, to out: inout ByteBuffer) {
        let seconds = min(max(time.seconds, -62_167_219_200), 253_402_300_799)
        let (date, rest) = CivilDate.of(seconds: seconds)
        out.append(UInt8(ascii: "\""))
        // date-day-fixed: a day of one digit has a space before it.
        out.append(date.day < 10 ? ASCII.space : UInt8(48 + date.day / 10))
        out.append(UInt8(48 + date.day % 10))
        out.append(UInt8(ascii: "-"))
        out.append(months[(date.month - 1) * 3..<date.month * 3])
        out.append(UInt8(ascii: "-"))
        pair(date.year / 100, &out)
        pair(date.year % 100, &out)
        out.append(ASCII.space)
        pair(rest / 3600, &out)
        out.append(UInt8(ascii: ":"))
        pair(rest / 60 % 60, &out)
        out.append(UInt8(ascii: ":"))
        pair(rest % 60, &out)
        out.append(" +0000\"")
    }
    private static func pair(_ value: Int, _ out: inout ByteBuffer) {
        out.append(UInt8(48 + value / 10 % 10))
        out.append(UInt8(48 + value % 10))
    }
}
