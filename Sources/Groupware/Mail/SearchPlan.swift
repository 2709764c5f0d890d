import Bytes
import MIMECodec
import MailStore
import Model

/// Decides a condition for one message with what has been read of it; nil where more must be read. Pure.
struct SearchPlan {
    /// One message, as far as it is known.
    struct Subject {
        let state: ItemState
        var summary: SummaryView?
        /// Of the item; empty for nearly all.
        var properties: [UInt8] = []
        /// Whether `summary` has been asked for; a summary that cannot be read is nil all the same.
        var depth = SearchDepth.state
        var content: [UInt8]?
        var root: MessagePart?
        init(_ state: ItemState) { self.state = state }
    }
    static let millisecondsPerDay: Int64 = 86_400_000

    static func decide(_ condition: SearchCondition, _ subject: Subject) -> Bool? {
        switch condition {
        case .everything: true
        case .all(let conditions): conjunction(conditions, subject)
        case .either(let a, let b): disjunction(a, b, subject)
        case .not(let inner): decide(inner, subject).map { !$0 }
        case .uids(let set): set.contains(subject.state.uid)
        case .flags(let flags): subject.state.flags.isSuperset(of: flags)
        case .keyword(let word): subject.state.keywords.contains { ASCII.equalIgnoringCase(Array($0.utf8), Array(word.utf8)) }
        case .arrived(let range): range.contains(subject.state.date)
        case .larger(let size): subject.state.size > size
        case .smaller(let size): subject.state.size < size
        case .sent(let days): subject.depth < .summary ? nil : sentDay(subject).map(days.contains) ?? false
        case .field(let field, let pattern): subject.depth < .summary ? nil : matches(field, pattern, subject)
        case .thread(let thread): subject.state.thread == thread
        case .attachments: subject.depth < .summary ? nil : subject.summary?.hasAttachments ?? false
        case .importance(let importance): subject.depth < .summary ? nil : subject.summary?.importance == importance
        case .kind(let kinds): subject.depth < .summary ? nil : subject.summary.map { kinds.contains($0.kind) } ?? false
        case .category(let pattern):
            subject.depth < .summary
                ? nil : !subject.properties.isEmpty && ItemProperties(decoding: subject.properties).categories.contains { pattern.matches($0) }
        case .header(let name, let pattern): header(name, pattern, subject)
        case .body(let pattern): contains(pattern, subject, header: false)
        case .text(let pattern): contains(pattern, subject, header: true)
        }
    }
    private static func conjunction(_ conditions: [SearchCondition], _ subject: Subject) -> Bool? {
        var isOpen = false
        for condition in conditions {
            switch decide(condition, subject) {
            case false?: return false
            case nil: isOpen = true
            default: break
            }
        }
        return isOpen ? nil : true
    }
    private static func disjunction(_ a: SearchCondition, _ b: SearchCondition, _ subject: Subject) -> Bool? {
        let first = decide(a, subject)
        if first == true { return true }
        let second = decide(b, subject)
        if second == true { return true }
        return first == nil || second == nil ? nil : false
    }

    private static func sentDay(_ subject: Subject) -> Int64? {
        guard let summary = subject.summary, let sent = summary.sentDate else { return nil }
        // "disregarding time and timezone": the day that the field itself names. (RFC 3501 §6.4.4)
        let minutes = SentZone.minutes(inEnvelope: summary.envelopeList)
        let local = sent.rawValue.addingReportingOverflow(Int64(minutes) * 60_000).partialValue
        return local >= 0 ? local / millisecondsPerDay : (local - millisecondsPerDay + 1) / millisecondsPerDay
    }
    private static func matches(_ field: SearchCondition.Field, _ pattern: TextPattern, _ subject: Subject) -> Bool {
        guard let summary = subject.summary else { return false }
        if field == .subject { return (try? summary.subject()).map { pattern.matches($0) } ?? false }
        guard let display = try? summary.display() else { return false }
        let list =
            switch field {
            case .from: display.from
            case .to: display.to
            case .cc: display.cc
            default: display.bcc
            }
        return list.contains { entry in
            pattern.matches(entry.address) || pattern.matches(entry.name.isEmpty ? entry.address : "\(entry.name) <\(entry.address)>")
        }
    }
    private static func header(_ name: String, _ pattern: TextPattern, _ subject: Subject) -> Bool? {
        guard let content = subject.content else { return subject.depth < .content ? nil : false }
        let end = min(subject.summary?.headerSize ?? content.count, content.count)
        return MessageText.header(name, contains: pattern, in: content.span.extracting(0..<end))
    }
    private static func contains(_ pattern: TextPattern, _ subject: Subject, header: Bool) -> Bool? {
        guard let content = subject.content, let root = subject.root else { return subject.depth < .content ? nil : false }
        return MessageText.contains(pattern, in: content.span, root: root, header: header)
    }
}

/// The zone of a Date field, found at the end of ENVELOPE's first string without parsing the rest.
enum SentZone {
    static func minutes(inEnvelope list: ArraySlice<UInt8>) -> Int {
        guard let start = list.firstIndex(of: UInt8(ascii: "\"")), start == list.startIndex + 1 else { return 0 }
        guard let end = list[(start + 1)...].firstIndex(of: UInt8(ascii: "\"")) else { return 0 }
        let date = list[(start + 1)..<end]
        guard let sign = date.lastIndex(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }), sign + 4 < date.endIndex else { return 0 }
        let digits = date[(sign + 1)...(sign + 4)]
        guard digits.allSatisfy(ASCII.isDigit) else { return 0 }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        let minutes = value / 100 * 60 + value % 100
        return date[sign] == UInt8(ascii: "-") ? -minutes : minutes
    }
}
