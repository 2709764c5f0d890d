import Bytes
import EASCodec
import Groupware
import MIMECodec
import Model

/// What a text in the Keyword Query Language asks of a mail. Days are those of UTC. (MS-ASCMD §2.2.3.80.1)
struct KeywordCondition {
    static let properties: Set<String> = [
        "subject", "from", "to", "cc", "bcc", "recipients", "participants", "body", "category", "kind", "received", "sent", "hasattachment",
        "hasattachments", "importance", "isread", "read", "isflagged", "size",
    ]
    let now: Timestamp

    /// A property with a value it does not know finds nothing; it does not find everything.
    func condition(_ query: KeywordQuery) -> SearchCondition {
        switch query {
        case .text(let text): .anywhere(TextPattern(text))
        case .not(let inner): .not(condition(inner))
        case .all(let parts): .all(parts.map(condition))
        case .any(let parts): .any(of: parts.map(condition))
        case .property(let name, .notEqual, let value): .not(condition(of: name, .equal, value))
        case .property(let name, let comparison, let value): condition(of: name, comparison, value)
        }
    }
    private func condition(of name: String, _ comparison: KeywordQuery.Comparison, _ value: String) -> SearchCondition {
        let pattern = TextPattern(value)
        switch name {
        case "subject": return .field(.subject, pattern)
        case "from": return .field(.from, pattern)
        case "to": return .field(.to, pattern)
        case "cc": return .field(.cc, pattern)
        case "bcc": return .field(.bcc, pattern)
        case "recipients": return .any(of: [.field(.to, pattern), .field(.cc, pattern), .field(.bcc, pattern)])
        case "participants": return .participant(pattern)
        case "body": return .body(pattern)
        case "category": return .category(pattern)
        case "kind": return Self.kind(value)
        case "received": return days(comparison, value).map { .arrived($0) } ?? .not(.everything)
        case "sent": return days(comparison, value).map { .sent(Self.days(of: $0)) } ?? .not(.everything)
        case "hasattachment", "hasattachments": return Self.flag(value, .attachments)
        case "isread", "read": return Self.flag(value, .flags(.seen))
        case "isflagged": return Self.flag(value, .flags(.flagged))
        case "importance": return Self.importance(value)
        case "size": return Self.size(comparison, value)
        default: return .not(.everything)
        }
    }
    private static func flag(_ value: String, _ condition: SearchCondition) -> SearchCondition {
        switch ASCII.lowercased(value) {
        case "true", "yes", "1": condition
        case "false", "no", "0": .not(condition)
        default: .not(.everything)
        }
    }
    private static func kind(_ value: String) -> SearchCondition {
        switch ASCII.lowercased(value) {
        case "email", "mail": .everything
        case "meetings", "meeting": .kind([.meetingRequest, .meetingReply, .meetingCancel])
        default: .not(.everything)
        }
    }
    private static func importance(_ value: String) -> SearchCondition {
        switch ASCII.lowercased(value) {
        case "low", "0": .importance(.low)
        case "normal", "medium", "1": .importance(.normal)
        case "high", "2": .importance(.high)
        default: .not(.everything)
        }
    }
    private static func size(_ comparison: KeywordQuery.Comparison, _ value: String) -> SearchCondition {
        let digits = value.utf8.prefix(while: ASCII.isDigit)
        let unit: Int64? =
            switch ASCII.lowercased(String(decoding: value.utf8.dropFirst(digits.count), as: UTF8.self)) {
            case "", "b": 1
            case "k", "kb": 1_024
            case "m", "mb": 1_048_576
            default: nil
            }
        guard digits.count <= 10, let number = Int64(String(decoding: digits, as: UTF8.self)), let unit else { return .not(.everything) }
        let octets = number * unit
        switch comparison {
        case .above: return .larger(octets)
        case .atLeast: return .larger(octets - 1)
        case .below: return .smaller(octets)
        case .atMost: return .smaller(octets + 1)
        case .has, .equal, .notEqual: return .all([.larger(octets - 1), .smaller(octets + 1)])
        }
    }

    // MARK: Days

    private static let day: Int64 = 86_400_000
    private func days(_ comparison: KeywordQuery.Comparison, _ value: String) -> Range<Timestamp>? {
        let lowest = Timestamp(rawValue: .min), highest = Timestamp(rawValue: .max)
        if let dots = value.firstRange(of: "..") {
            let ends = (value[..<dots.lowerBound], value[dots.upperBound...])
            guard let first = span(String(ends.0)), let last = span(String(ends.1)), first.lowerBound <= last.upperBound else { return nil }
            return first.lowerBound..<last.upperBound
        }
        guard let span = span(value) else { return nil }
        switch comparison {
        case .has, .equal, .notEqual: return span
        case .above: return span.upperBound..<highest
        case .atLeast: return span.lowerBound..<highest
        case .below: return lowest..<span.lowerBound
        case .atMost: return lowest..<span.upperBound
        }
    }
    /// A day, a moment, or one of the words for days around today; weeks begin on Sunday.
    private func span(_ text: String) -> Range<Timestamp>? {
        let today = CivilDate.of(seconds: now.seconds).date
        switch ASCII.lowercased(text) {
        case "today": return Self.span(today.days, 1)
        case "yesterday": return Self.span(today.days - 1, 1)
        case "this week": return Self.span(today.days - today.weekday, 7)
        case "last week": return Self.span(today.days - today.weekday - 7, 7)
        case "this month": return Self.month(today.year, today.month)
        case "last month": return today.month == 1 ? Self.month(today.year - 1, 12) : Self.month(today.year, today.month - 1)
        case "this year": return Self.year(today.year)
        case "last year": return Self.year(today.year - 1)
        default: return Self.date(text)
        }
    }
    /// 2026-05-01, 5/1/2026, 2026, 2026-05-01T10:00:00Z
    private static func date(_ text: String) -> Range<Timestamp>? {
        if text.utf8.contains(UInt8(ascii: "T")) || text.utf8.contains(UInt8(ascii: "t")) {
            return DateText.parse(text).map { $0..<Timestamp(rawValue: $0.rawValue + 1) }
        }
        let slashes = numbers(text, "/"), dashes = numbers(text, "-")
        let date: CivilDate
        if slashes.count == 3 {
            date = CivilDate(year: slashes[2], month: slashes[0], day: slashes[1])
        } else if dashes.count == 3 {
            date = CivilDate(year: dashes[0], month: dashes[1], day: dashes[2])
        } else if dashes.count == 1, text.utf8.count == 4 {
            return year(dashes[0])
        } else {
            return nil
        }
        return date.exists && (1...9999).contains(date.year) ? span(date.days, 1) : nil
    }
    private static func numbers(_ text: String, _ separator: Character) -> [Int] {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count <= 3, parts.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy(ASCII.isDigit) }) else { return [] }
        return parts.compactMap { Int($0) }
    }
    private static func span(_ first: Int, _ count: Int) -> Range<Timestamp> {
        Timestamp(milliseconds: Int64(first) * day)..<Timestamp(milliseconds: Int64(first + count) * day)
    }
    private static func month(_ year: Int, _ month: Int) -> Range<Timestamp> {
        span(CivilDate(year: year, month: month, day: 1).days, CivilDate.lengthOfMonth(month, year))
    }
    private static func year(_ year: Int) -> Range<Timestamp> {
        let first = CivilDate(year: year, month: 1, day: 1).days
        return span(first, CivilDate(year: year + 1, month: 1, day: 1).days - first)
    }
    /// Whole days since 1970, as the Date field is compared.
    private static func days(of range: Range<Timestamp>) -> Range<Int64> {
        func down(_ time: Timestamp) -> Int64 { time.rawValue >= 0 ? time.rawValue / day : (time.rawValue + 1) / day - 1 }
        let first = down(range.lowerBound)
        return first..<max(first, range.upperBound.rawValue == .max ? .max : down(Timestamp(rawValue: range.upperBound.rawValue - 1)) + 1)
    }
}
