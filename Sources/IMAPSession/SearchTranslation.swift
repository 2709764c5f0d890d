import Bytes
import Groupware
import IMAPCodec
import MIMECodec
import Model

/// From IMAP's search keys to what they ask of a message: numbers become UIDs, strings become Unicode, days become ranges.
struct SearchTranslation {
    let charset: String?
    let view: MailboxView

    static func isKnown(_ charset: String) -> Bool { ["US-ASCII", "UTF-8"].contains(ASCII.uppercased(charset)) || Charset.isKnown(charset) }

    /// nil for a sequence number beyond the last.
    func condition(_ key: SearchKey, _ resolve: (SequenceSet, Bool, MailboxView) -> UIDSet?) -> SearchCondition? {
        switch key {
        case .all: return .everything
        case .and(let keys):
            var all: [SearchCondition] = []
            for key in keys {
                guard let inner = condition(key, resolve) else { return nil }
                all.append(inner)
            }
            return .all(all)
        case .or(let a, let b):
            guard let first = condition(a, resolve), let second = condition(b, resolve) else { return nil }
            return .either(first, second)
        case .not(let inner): return condition(inner, resolve).map { .not($0) }
        case .sequence(let set):
            // In an empty mailbox every set is empty: a search there finds nothing rather than failing.
            return view.count == 0 ? .uids(UIDSet()) : resolve(set, false, view).map { .uids($0) }
        case .uid(let set): return resolve(set, true, view).map { .uids($0) }
        case .recent: return .uids(view.recent)
        default: return simple(key)
        }
    }
    private func simple(_ key: SearchKey) -> SearchCondition {
        switch key {
        case .flag(let flag): .flags(flag)
        case .keyword(let word): .keyword(word)
        case .date(let comparison, let day): .arrived(Self.range(comparison, day, Self.millisecondsPerDay, Timestamp.init(milliseconds:)))
        case .sentDate(let comparison, let day): .sent(Self.range(comparison, day, 1) { $0 })
        case .larger(let size): .larger(size)
        case .smaller(let size): .smaller(size)
        case .field(let field, let text): .field(Self.field(field), pattern(text))
        case .header(let name, let text): .header(String(decoding: name, as: UTF8.self), pattern(text))
        case .body(let text): .body(pattern(text))
        case .text(let text): .text(pattern(text))
        default: .everything
        }
    }
    private static let millisecondsPerDay = InternalDate.secondsPerDay * 1000

    private func pattern(_ text: [UInt8]) -> TextPattern { TextPattern(Charset.utf8(text, charset: charset ?? "utf-8")) }
    private static func field(_ field: SearchKey.Field) -> SearchCondition.Field {
        switch field {
        case .bcc: .bcc
        case .cc: .cc
        case .from: .from
        case .subject: .subject
        case .to: .to
        }
    }
    /// Days are four-digit years: no product overflows.
    private static func range<Point: Comparable>(
        _ comparison: SearchKey.Comparison, _ day: Int64, _ length: Int64, _ point: (Int64) -> Point
    ) -> Range<Point> {
        switch comparison {
        case .before: point(.min)..<point(day * length)
        case .on: point(day * length)..<point((day + 1) * length)
        case .since: point(day * length)..<point(.max)
        }
    }
}
