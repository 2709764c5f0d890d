import Bytes
import Model

/// Reads a calendar's first event, with the zones that stand in it. (RFC 5545 §3.6)
extension Invitation {
    /// nil where there is no event.
    package init?(calendar: [UInt8]) {
        let lines = ContentLine.unfolded(calendar).compactMap(ContentLine.init)
        let zones = ZoneRules.read(lines)
        self.init()
        var path: [String] = [], found = false, isDone = false, fields: [String: ContentLine] = [:]
        for line in lines {
            switch line.name {
            case "BEGIN":
                path.append(ASCII.uppercased(line.value))
                if path.count == 2, path[1] == "VEVENT" { found = true }
            case "END":
                if path.count == 2, path[1] == "VEVENT" { isDone = true }
                if !path.isEmpty { path.removeLast() }
            case "METHOD" where path == ["VCALENDAR"]: method = ASCII.uppercased(line.value)
            case "TRIGGER" where !isDone && path == ["VCALENDAR", "VEVENT", "VALARM"]:
                if reminder == nil, let seconds = Self.duration(line.value), seconds <= 0 { reminder = Int(-seconds / 60) }
            default:
                guard !isDone, path == ["VCALENDAR", "VEVENT"] else { continue }
                if line.name == "ATTENDEE" { take(attendee: line) } else if fields[line.name] == nil { fields[line.name] = line }
            }
        }
        guard found else { return nil }
        take(fields, zones)
    }
    private mutating func take(attendee line: ContentLine) {
        if line.parameters["RSVP"].map(ASCII.uppercased) == "TRUE" { asksForResponse = true }
        if participation.isEmpty { participation = ASCII.uppercased(line.parameters["PARTSTAT"] ?? "") }
    }
    private mutating func take(_ fields: [String: ContentLine], _ zones: [String: ZoneRules]) {
        uid = fields["UID"]?.text ?? ""
        summary = fields["SUMMARY"]?.text ?? ""
        location = fields["LOCATION"]?.text ?? ""
        if let line = fields["ORGANIZER"] {
            let value = line.value, isMail = ASCII.lowercased(String(value.prefix(7))) == "mailto:"
            organizer = Person(address: isMail ? String(value.dropFirst(7)) : value, name: line.parameters["CN"] ?? "")
        }
        sequence = fields["SEQUENCE"].flatMap { Int($0.value) } ?? 0
        allowsCounter = fields["X-MICROSOFT-DISALLOW-COUNTER"].map { ASCII.uppercased($0.value) != "TRUE" } ?? true
        switch ASCII.uppercased(fields["CLASS"]?.value ?? "") {
        case "PRIVATE": sensitivity = 2
        case "CONFIDENTIAL": sensitivity = 3
        default: sensitivity = 0
        }
        takeBusyStatus(fields)
        takeTimes(fields, zones)
        rule = fields["RRULE"].flatMap { RecurrenceRule($0.value, zone) }
    }
    private mutating func takeBusyStatus(_ fields: [String: ContentLine]) {
        let name = fields["X-MICROSOFT-CDO-INTENDEDSTATUS"] ?? fields["X-MICROSOFT-CDO-BUSYSTATUS"]
        switch ASCII.uppercased(name?.value ?? "") {
        case "FREE": busyStatus = 0
        case "TENTATIVE": busyStatus = 1
        case "OOF": busyStatus = 3
        case "WORKINGELSEWHERE": busyStatus = 4
        case "BUSY": busyStatus = 2
        default: busyStatus = ASCII.uppercased(fields["TRANSP"]?.value ?? "") == "TRANSPARENT" ? 0 : 2
        }
    }
    private mutating func takeTimes(_ fields: [String: ContentLine], _ zones: [String: ZoneRules]) {
        zone = fields["DTSTART"]?.parameters["TZID"].flatMap { zones[$0] } ?? .utc
        func time(_ name: String) -> (Timestamp, isDate: Bool)? {
            guard let line = fields[name], let time = CalendarTime(line.value) else { return nil }
            let rules = line.parameters["TZID"].flatMap { zones[$0] } ?? (time.isDate ? zone : .utc)
            return (Timestamp(milliseconds: (time.isUTC ? time.seconds : rules.utc(time.seconds)) * 1000), time.isDate)
        }
        stamp = time("DTSTAMP")?.0
        recurrenceID = time("RECURRENCE-ID")?.0
        guard let begin = time("DTSTART") else { return }
        start = begin.0
        isAllDay = begin.isDate
        if let finish = time("DTEND") {
            end = finish.0
        } else if let seconds = fields["DURATION"].flatMap({ Self.duration($0.value) }), seconds >= 0 {
            end = Timestamp(milliseconds: begin.0.rawValue + seconds * 1000)
        } else {
            // A date is a day, a time is a moment. (RFC 5545 §3.6.1)
            end = Timestamp(milliseconds: begin.0.rawValue + (isAllDay ? 86_400_000 : 0))
        }
    }
    /// Seconds. (RFC 5545 §3.3.6)
    static func duration(_ text: String) -> Int64? {
        var bytes = Array(text.utf8)[...], sign: Int64 = 1
        if bytes.first == UInt8(ascii: "-") { sign = -1 }
        if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        guard bytes.first == UInt8(ascii: "P") else { return nil }
        var total: Int64 = 0, number: Int64 = 0, hasDigits = false
        for byte in bytes.dropFirst() {
            switch byte {
            case 48...57:
                number = min(number * 10 + Int64(byte - 48), 10_000_000)
                hasDigits = true
                continue
            case UInt8(ascii: "W"): total += number * 604_800
            case UInt8(ascii: "D"): total += number * 86_400
            case UInt8(ascii: "H"): total += number * 3600
            case UInt8(ascii: "M"): total += number * 60
            case UInt8(ascii: "S"): total += number
            case UInt8(ascii: "T"): break
            default: return nil
            }
            number = 0
        }
        return hasDigits ? sign * total : nil
    }
}

extension RecurrenceRule {
    private static let weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]

    /// nil for what ActiveSync has no words for.
    init?(_ text: String, _ zone: ZoneRules) {
        var known = false
        for part in text.split(separator: ";") {
            let halves = part.split(separator: "=", maxSplits: 1).map { ASCII.uppercased(String($0)) }
            guard halves.count == 2 else { continue }
            let value = halves[1]
            switch halves[0] {
            case "FREQ":
                guard let found = Frequency(rawValue: value) else { return nil }
                frequency = found
                known = true
            case "INTERVAL": interval = min(max(Int(value) ?? 1, 1), 999)
            case "COUNT": count = Int(value).map { min(max($0, 1), 999) }
            case "UNTIL":
                guard let time = CalendarTime(value) else { return nil }
                until = Timestamp(milliseconds: (time.isUTC ? time.seconds : zone.utc(time.seconds)) * 1000)
            case "BYDAY":
                for day in value.split(separator: ",") {
                    guard let index = Self.weekdays.firstIndex(of: String(day.suffix(2))) else { return nil }
                    days |= 1 << index
                    if day.count > 2 { position = Int(day.dropLast(2)) }
                }
            case "BYSETPOS": position = Int(value)
            case "BYMONTHDAY": dayOfMonth = Int(value)
            case "BYMONTH": month = Int(value)
            case "WKST": weekStart = Self.weekdays.firstIndex(of: value) ?? 1
            case "BYHOUR", "BYMINUTE", "BYSECOND", "BYWEEKNO", "BYYEARDAY": return nil
            default: continue
            }
        }
        guard known, month.map({ (1...12).contains($0) }) ?? true, dayOfMonth.map({ (1...31).contains($0) }) ?? true else { return nil }
        if let position, position != -1, !(1...4).contains(position) { return nil }
    }
}
