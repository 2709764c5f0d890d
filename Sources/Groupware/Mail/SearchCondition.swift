package import MIMECodec
import MailStore
package import Model

/// What a search asks of a message, in no protocol's words. (RFC 3501 §6.4.4 says what IMAP means by it)
package indirect enum SearchCondition: Sendable {
    package enum Field: Sendable { case from, to, cc, bcc, subject }
    case everything
    case all([SearchCondition])
    case either(SearchCondition, SearchCondition)
    case not(SearchCondition)
    case uids(UIDSet)
    case flags(Flags)
    /// Compared ignoring ASCII case.
    case keyword(String)
    /// Arrival at or after, and before.
    case arrived(Range<Timestamp>)
    /// Days since 1970-01-01 of the Date field, as the sender's clock had it.
    case sent(Range<Int64>)
    case larger(Int64)
    case smaller(Int64)
    case field(Field, TextPattern)
    /// `isAny`: the field is there, whatever it holds.
    case header(String, TextPattern)
    case body(TextPattern)
    case text(TextPattern)
    case thread(ThreadID)
    /// Shown with a paper clip.
    case attachments
    case importance(Importance)
    case kind([MessageKind])
    /// One of its categories.
    case category(TextPattern)
}

extension SearchCondition {
    package static func any(of conditions: [SearchCondition]) -> SearchCondition {
        guard let first = conditions.first else { return .not(.everything) }
        return conditions.dropFirst().reduce(first) { .either($0, $1) }
    }
    package static func participant(_ pattern: TextPattern) -> SearchCondition {
        any(of: [.field(.from, pattern), .field(.to, pattern), .field(.cc, pattern), .field(.bcc, pattern)])
    }
    /// Wherever people look for a word: what lists show, then the text. A message whose summary has it is not opened.
    package static func anywhere(_ pattern: TextPattern) -> SearchCondition {
        any(of: [.field(.subject, pattern), participant(pattern), .category(pattern), .body(pattern)])
    }
}

/// How much of a message has been read, and so what can be decided.
enum SearchDepth: Int, Comparable {
    case state = 0, summary = 1, content = 2
    static func < (a: SearchDepth, b: SearchDepth) -> Bool { a.rawValue < b.rawValue }
}

extension SearchCondition {
    /// The most that a decision may need.
    var depth: SearchDepth {
        switch self {
        case .everything, .uids, .flags, .keyword, .arrived, .larger, .smaller, .thread: .state
        case .sent, .field, .attachments, .importance, .kind, .category: .summary
        case .header, .body, .text: .content
        case .all(let conditions): conditions.map(\.depth).max() ?? .state
        case .either(let a, let b): max(a.depth, b.depth)
        case .not(let inner): inner.depth
        }
    }
    /// The UIDs outside of which nothing can match; nil for no such bound.
    var bound: UIDSet? {
        switch self {
        case .uids(let set): set
        case .all(let conditions): conditions.lazy.compactMap(\.bound).min { $0.count < $1.count }
        default: nil
        }
    }
}
