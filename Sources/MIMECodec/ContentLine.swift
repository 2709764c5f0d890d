import Bytes
import Model

/// One content line: name, parameters, value. (RFC 5545 §3.1)
struct ContentLine {
    var name = ""
    var parameters: [String: String] = [:]
    var value = ""

    /// nil for a line that is none.
    init?(_ line: [UInt8]) {
        var index = 0
        func take(until stops: Set<UInt8>) -> [UInt8] {
            var text: [UInt8] = []
            var isQuoted = false
            while index < line.count, isQuoted || !stops.contains(line[index]) {
                if line[index] == 0x22 { isQuoted.toggle() } else { text.append(line[index]) }
                index += 1
            }
            return text
        }
        name = ASCII.uppercased(String(decoding: take(until: [0x3A, 0x3B]), as: UTF8.self))
        guard !name.isEmpty, index < line.count else { return nil }
        while index < line.count, line[index] == 0x3B {
            index += 1
            let key = ASCII.uppercased(String(decoding: take(until: [0x3D, 0x3A, 0x3B]), as: UTF8.self))
            guard index < line.count, line[index] == 0x3D else { continue }
            index += 1
            parameters[key] = String(decoding: take(until: [0x3A, 0x3B]), as: UTF8.self)
        }
        guard index < line.count, line[index] == 0x3A else { return nil }
        value = String(decoding: line[(index + 1)...].prefix(Invitation.Limits.text), as: UTF8.self)
    }
    /// Escapes taken away. (RFC 5545 §3.3.11)
    var text: String {
        var out: [UInt8] = []
        var isEscaped = false
        for byte in value.utf8 {
            if isEscaped {
                out.append(byte == UInt8(ascii: "n") || byte == UInt8(ascii: "N") ? 10 : byte)
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
    /// Lines without their folds. (RFC 5545 §3.1)
    static func unfolded(_ calendar: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [], line: [UInt8] = [], index = 0
        let end = min(calendar.count, Invitation.Limits.octets)
        while index < end, lines.count < Invitation.Limits.lines {
            let byte = calendar[index]
            index += 1
            switch byte {
            case 13: continue
            case 10 where index < end && (calendar[index] == 32 || calendar[index] == 9): index += 1
            case 10:
                if !line.isEmpty { lines.append(line) }
                line = []
            default: line.append(byte)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}

/// DATE and DATE-TIME as they are written; the zone is put to it later. (RFC 5545 §3.3.4, §3.3.5)
struct CalendarTime: Equatable {
    /// Seconds since 1970 of the wall clock.
    var seconds: Int64
    var isUTC: Bool
    var isDate: Bool

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy(ASCII.isDigit) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int($1 - 48) }
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8) else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.exists else { return nil }
        (seconds, isUTC, isDate) = (Int64(date.days) * 86_400, false, true)
        guard bytes.count > 8 else { return }
        guard bytes[8] == UInt8(ascii: "T"), let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        seconds += Int64(hour * 3600 + minute * 60 + second)
        (isUTC, isDate) = (bytes.count > 15 && bytes[15] == UInt8(ascii: "Z"), false)
    }
}
