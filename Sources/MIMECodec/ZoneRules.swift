import Bytes
import Model

/// How a time zone's clocks go: standard time, and, where there is one, a time of summer that begins and ends by the same rule each year. (RFC 5545 §3.6.5)
package struct ZoneRules: Sendable, Equatable {
    /// A day each year by month, weekday and which of the month; `nth` 5 is the last.
    package struct Onset: Sendable, Equatable {
        package var month: Int
        /// 0 is Sunday.
        package var weekday: Int
        package var nth: Int
        /// Of the clock as it goes before.
        package var hour: Int
        package var minute: Int

        /// Seconds of the wall clock since 1970.
        func seconds(in year: Int) -> Int64 {
            let first = CivilDate(year: year, month: month, day: 1)
            var day = 1 + (weekday - first.weekday + 7) % 7 + (nth - 1) * 7
            while day > CivilDate.lengthOfMonth(month, year) { day -= 7 }
            return Int64(CivilDate(year: year, month: month, day: day).days) * 86_400 + Int64(hour * 3600 + minute * 60)
        }
    }
    package var name = ""
    package var daylightName = ""
    /// Seconds east of UTC.
    package var standardOffset = 0
    package var daylightOffset = 0
    package var standardOnset: Onset?
    package var daylightOnset: Onset?

    package static let utc = ZoneRules()
    package var hasDaylight: Bool { standardOnset != nil && daylightOnset != nil && standardOffset != daylightOffset }

    /// A wall clock's seconds as UTC's. In the hour that comes twice it is the first; in the hour that there is not, an hour later.
    func utc(_ wall: Int64) -> Int64 { wall - Int64(isDaylight(wall) ? daylightOffset : standardOffset) }
    private func isDaylight(_ wall: Int64) -> Bool {
        guard hasDaylight, let standardOnset, let daylightOnset else { return false }
        let year = CivilDate.of(seconds: wall).date.year
        let begins = daylightOnset.seconds(in: year), ends = standardOnset.seconds(in: year)
        return begins < ends ? wall >= begins && wall < ends : wall >= begins || wall < ends
    }
}

extension ZoneRules {
    /// The zones of a calendar by their TZID.
    static func read(_ lines: [ContentLine]) -> [String: ZoneRules] {
        var zones: [String: ZoneRules] = [:], path: [String] = [], id = "", zone = ZoneRules(), part = Part()
        for line in lines {
            switch line.name {
            case "BEGIN":
                path.append(ASCII.uppercased(line.value))
                if path == ["VCALENDAR", "VTIMEZONE"] { (id, zone) = ("", ZoneRules()) }
                if path.count == 3 { part = Part() }
            case "END":
                if path.count == 3, path[1] == "VTIMEZONE" { zone.take(part, isDaylight: path[2] == "DAYLIGHT") }
                if path == ["VCALENDAR", "VTIMEZONE"], zones.count < Invitation.Limits.zones { zones[id] = zone }
                if !path.isEmpty { path.removeLast() }
            case "TZID" where path == ["VCALENDAR", "VTIMEZONE"]: id = line.value
            default:
                guard path.count == 3, path[1] == "VTIMEZONE" else { continue }
                part.take(line)
            }
        }
        return zones
    }
    /// STANDARD or DAYLIGHT.
    private struct Part {
        var start: CalendarTime?
        var offset: Int?
        var name = ""
        var rule: RecurrenceRule?
        mutating func take(_ line: ContentLine) {
            switch line.name {
            case "DTSTART": start = CalendarTime(line.value)
            case "TZOFFSETTO": offset = Self.offset(line.value)
            case "TZNAME": name = line.text
            case "RRULE": rule = RecurrenceRule(line.value, .utc)
            default: return
            }
        }
        /// `+0530`, seconds. (RFC 5545 §3.3.14)
        private static func offset(_ text: String) -> Int? {
            let bytes = Array(text.utf8)
            guard bytes.count >= 5, bytes[1...4].allSatisfy(ASCII.isDigit) else { return nil }
            let digits = bytes[1...4].map { Int($0) - 48 }
            let seconds = (digits[0] * 10 + digits[1]) * 3600 + (digits[2] * 10 + digits[3]) * 60
            return bytes[0] == UInt8(ascii: "-") ? -seconds : seconds
        }
        /// nil where it began once and for all.
        var onset: Onset? {
            guard let rule, let start, rule.frequency == .yearly, let month = rule.month, rule.days != 0 else { return nil }
            let second = Int((start.seconds % 86_400 + 86_400) % 86_400)
            return Onset(
                month: month, weekday: rule.days.trailingZeroBitCount, nth: rule.position == -1 ? 5 : rule.position ?? 1, hour: second / 3600,
                minute: second / 60 % 60)
        }
    }
    /// Later parts of the same kind are later rules: the last one with a rule that repeats counts, or else the last.
    private mutating func take(_ part: Part, isDaylight: Bool) {
        guard let offset = part.offset else { return }
        if isDaylight {
            guard part.onset != nil || daylightOnset == nil else { return }
            (daylightOffset, daylightOnset, daylightName) = (offset, part.onset, part.name)
        } else {
            guard part.onset != nil || standardOnset == nil else { return }
            (standardOffset, standardOnset, name) = (offset, part.onset, part.name)
        }
    }
}
