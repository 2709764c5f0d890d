import Bytes
package import Model

/// Date fields, read leniently and written strictly. (RFC 5322 §3.3, §4.3) Years 1900 to 9999; anything else is no date.
package enum MailDate {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].map { Array($0.utf8) }
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map { Array($0.utf8) }

    /// A word of the field: letters, or digits with what they were joined by.
    private enum Token { case word([UInt8]), number(Int, digits: Int), time(Int, Int, Int), zone(Int), iso(Int, Int, Int) }

    /// Obsolete forms, missing seconds and zones, comments, swapped day and month, ISO 8601; nil where no point in time can be read.
    package static func parse(_ text: [UInt8]) -> Timestamp? {
        var day: Int?, month: Int?, year: Int?, time: (Int, Int, Int)?, zone: Int?
        var isAfternoon: Bool?
        for token in tokens(Array(text.prefix(Limits.dateOctets))) {
            switch token {
            case .word(let word):
                if let index = months.firstIndex(where: { word.starts(with: $0) }), month == nil {
                    month = index + 1
                } else if word == [0x61, 0x6D] || word == [0x70, 0x6D] {
                    isAfternoon = word[0] == 0x70
                } else if time != nil, zone == nil, let offset = zoneOffset(word) {
                    zone = offset
                }
            case .number(let number, let digits):
                if day == nil, digits <= 2 {
                    day = number
                } else if year == nil {
                    year = digits <= 2 ? (number < 50 ? 2000 + number : 1900 + number) : digits == 3 ? 1900 + number : number
                } else if day == nil {
                    day = number
                }
            case .time(let hour, let minute, let second): if time == nil { time = (hour, minute, second) }
            case .zone(let minutes): if zone == nil { zone = minutes }
            case .iso(let y, let m, let d): if year == nil, month == nil { (year, month, day) = (y, m, d) }
            }
        }
        guard let day, let month, let year, (1900...9999).contains(year) else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.exists else { return nil }
        var (hour, minute, second) = time ?? (0, 0, 0)
        if isAfternoon == true, hour < 12 { hour += 12 } else if isAfternoon == false, hour == 12 { hour = 0 }
        guard hour <= 24, minute <= 59, second <= 60 else { return nil }
        if second == 60 { second = 59 }
        let seconds = date.days * 86_400 + hour * 3_600 + minute * 60 + second - (zone ?? 0) * 60
        return Timestamp(seconds: Int64(seconds))
    }

    private static func tokens(_ text: [UInt8]) -> [Token] {
        var lexer = FieldLexer(text)
        var result: [Token] = []
        while !lexer.isAtEnd, result.count < Limits.dateTokens {
            lexer.skipSpace()
            guard let byte = lexer.peek else { break }
            if ASCII.isLetter(byte) {
                let word = lexer.take(while: ASCII.isLetter).map(ASCII.lower)
                if word != [0x74], !(word.count >= 3 && weekdays.contains { word.starts(with: $0) }) { result.append(.word(word)) }
            } else if ASCII.isDigit(byte) {
                result += number(&lexer)
            } else if byte == 0x2B || byte == 0x2D {
                lexer.place += 1
                let digits = lexer.take { ASCII.isDigit($0) || $0 == 0x3A }.filter { $0 != 0x3A }
                // `-` also joins dates: 12-Jan-2020. A zone has four digits and stands behind a time.
                let hasTime = result.contains { if case .time = $0 { true } else { false } }
                if hasTime, digits.count == 4 || digits.count == 2 || digits.count == 3 {
                    let value = decimal(digits)
                    let minutes = digits.count <= 2 ? value * 60 : value / 100 * 60 + value % 100
                    if minutes < 24 * 60 { result.append(.zone(byte == 0x2D ? -minutes : minutes)) }
                } else if !digits.isEmpty, digits.count <= 4 {
                    result.append(.number(decimal(digits), digits: digits.count))
                }
            } else {
                lexer.place += 1
            }
        }
        return result
    }
    /// Digits: a time where colons (or, with two, dots) join them, an ISO date where hyphens do, else a number.
    private static func number(_ lexer: inout FieldLexer) -> [Token] {
        let first = lexer.take(while: ASCII.isDigit)
        guard first.count <= 14 else { return [] }
        let behind = lexer.place
        lexer.skipSpace()
        if lexer.peek != 0x3A { lexer.place = behind }  // obs-hour = [CFWS] 2DIGIT [CFWS] (RFC 5322 §4.3)
        if lexer.peek == 0x3A || lexer.peek == 0x2E && isDottedTime(lexer) {
            let mark = lexer.peek ?? 0x3A
            var parts = [decimal(first)]
            while parts.count < 3, lexer.take(mark) {
                if mark == 0x3A { lexer.skipSpace() }
                parts.append(decimal(lexer.take(while: ASCII.isDigit)))
                if mark == 0x3A, parts.count < 3 { lexer.skipSpace() }
            }
            if lexer.take(0x2E) { _ = lexer.take(while: ASCII.isDigit) }  // fractions of a second
            return [.time(parts[0], parts.count > 1 ? parts[1] : 0, parts.count > 2 ? parts[2] : 0)]
        }
        if first.count == 4, lexer.peek == 0x2D || lexer.peek == 0x2F {
            let mark = lexer.peek ?? 0x2D
            let start = lexer.place
            lexer.place += 1
            let month = lexer.take(while: ASCII.isDigit)
            if lexer.take(mark), (1...2).contains(month.count) {
                let day = lexer.take(while: ASCII.isDigit)
                if (1...2).contains(day.count) { return [.iso(decimal(first), decimal(month), decimal(day))] }
            }
            lexer.place = start
        }
        return [.number(decimal(first), digits: first.count)]
    }
    private static func isDottedTime(_ lexer: FieldLexer) -> Bool {
        var ahead = lexer
        for _ in 0..<2 { guard ahead.take(0x2E), ahead.take(while: ASCII.isDigit).count == 2 else { return false } }
        return true
    }
    /// At most 14 digits: fits.
    private static func decimal(_ digits: [UInt8]) -> Int { digits.prefix(14).reduce(0) { $0 * 10 + Int($1 &- 48) } }

    /// Minutes east of UTC. Military letters were defined wrong and mean nothing: UTC. (RFC 5322 §4.3)
    private static func zoneOffset(_ word: [UInt8]) -> Int? {
        switch String(decoding: word, as: UTF8.self) {
        case "ut", "utc", "gmt", "z": 0
        case "est": -300
        case "edt": -240
        case "cst": -360
        case "cdt": -300
        case "mst": -420
        case "mdt": -360
        case "pst": -480
        case "pdt": -420
        case "bst", "met", "cet": 60
        case "mest", "cest", "eet": 120
        case "msk": 180
        case "jst", "kst": 540
        default: word.count == 1 ? 0 : nil
        }
    }
    // MARK: Writing

    /// `Thu, 1 Jan 1970 00:00:00 +0000`; times before year 1 or after 9999 are written as those.
    package static func text(_ time: Timestamp, zoneMinutes: Int = 0) -> String {
        let zone = min(max(zoneMinutes, -1_439), 1_439)
        let seconds = min(max(Int(time.seconds), -62_135_596_800), 253_402_214_400) + zone * 60
        let (date, rest) = CivilDate.of(seconds: Int64(seconds))
        let magnitude = abs(zone)
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(CivilDate.weekdayNames[date.weekday]), \(date.day) \(CivilDate.monthNames[date.month - 1]) \(padded(date.year, 4)) \(clock)"
            + " \(zone < 0 ? "-" : "+")\(padded(magnitude / 60, 2))\(padded(magnitude % 60, 2))"
    }
    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
