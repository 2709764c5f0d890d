package import Bytes
package import Model

/// `date-time` and `date` of IMAP, by plain arithmetic on days. Dates go out in UTC. (RFC 3501 §9)
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
        guard day >= 1, day <= lengthOfMonth(month, year) else { throw wrong }
        return days(year: year, month: month, day: day)
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

    private static func lengthOfMonth(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
    /// Days since 1970-01-01 of the proleptic Gregorian calendar; years are counted from March, so that the leap day is the last.
    static func days(year: Int, month: Int, day: Int) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }
    static func civil(days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// "dd-Mon-yyyy hh:mm:ss +0000" in quotes. Years outside 0...9999 have no form and are drawn to the nearer end.
    package static func write(_ date: Timestamp, to out: inout ByteBuffer) {
        let seconds = min(max(date.seconds, -62_167_219_200), 253_402_300_799)
        let day = seconds >= 0 ? seconds / secondsPerDay : (seconds - secondsPerDay + 1) / secondsPerDay
        let (year, month, dayOfMonth) = civil(days: day)
        let rest = Int(seconds - day * secondsPerDay)
        out.append(UInt8(ascii: "\""))
        // date-day-fixed: a day of one digit has a space before it.
        out.append(dayOfMonth < 10 ? ASCII.space : UInt8(48 + dayOfMonth / 10))
        out.append(UInt8(48 + dayOfMonth % 10))
        out.append(UInt8(ascii: "-"))
        out.append(months[(month - 1) * 3..<month * 3])
        out.append(UInt8(ascii: "-"))
        pair(year / 100, &out)
        pair(year % 100, &out)
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
