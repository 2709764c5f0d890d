import Bytes
import IMAPCodec
import MIMECodec

/// Which columns and octets of a message a FETCH needs, and what it does to it. Pure. (RFC 3501 §6.4.5)
struct FetchPlan: Sendable {
    /// What must be read of each message.
    enum Depth: Sendable { case state, summary, content }
    let items: [FetchItem]
    let depth: Depth
    /// A body is read without PEEK from a mailbox that may be changed.
    let marksSeen: Bool
    let showsFlags: Bool

    init(_ request: FetchRequest, byUID: Bool, isReadOnly: Bool) {
        // UID FETCH always tells the UID. (RFC 3501 §6.4.8)
        items = byUID && !request.items.contains(.uid) ? [.uid] + request.items : request.items
        depth = items.contains { $0.section != nil } ? .content : items.contains { $0.needsSummary } ? .summary : .state
        marksSeen = !isReadOnly && items.contains { $0.section.map { !$0.isPeek } ?? false }
        showsFlags = items.contains(.flags)
    }

    /// Where the octets of one section lie in a message.
    enum Piece: Sendable {
        /// There is no such part: NIL.
        case absent
        case octets(Range<Int>)
        /// Some fields of the header that lies there.
        case fields(Range<Int>, names: [[UInt8]], areExcluded: Bool, SectionRequest.Partial?)

        /// Octets that are read for it.
        var range: Range<Int> {
            switch self {
            case .absent: 0..<0
            case .octets(let range), .fields(let range, _, _, _): range
            }
        }
    }
    /// One piece for each item that asks for octets, in order.
    func pieces(_ summary: SummaryView) -> [Piece] {
        var root: MessagePart?
        return items.compactMap { item in
            guard let section = item.section else { return nil }
            if !section.part.isEmpty, root == nil { root = try? summary.structure() }
            return Self.piece(section, summary, root)
        }
    }
    private static func piece(_ section: SectionRequest, _ summary: SummaryView, _ root: MessagePart?) -> Piece {
        guard let range = range(section, summary, root) else { return .absent }
        switch section.text {
        case .headerFields(let names): return .fields(range, names: names, areExcluded: false, section.partial)
        case .headerFieldsNot(let names): return .fields(range, names: names, areExcluded: true, section.partial)
        default: return .octets(cut(range, section.partial))
        }
    }
    private static func range(_ section: SectionRequest, _ summary: SummaryView, _ root: MessagePart?) -> Range<Int>? {
        guard section.part.isEmpty else {
            let text: SectionText =
                switch section.text {
                case .all: .whole
                case .text: .text
                case .mime: .mime
                case .header, .headerFields, .headerFieldsNot: .header
                }
            return root?.range(section.part, text)?.range
        }
        switch section.text {
        case .all: return 0..<summary.size
        case .text: return summary.headerSize..<summary.size
        case .header, .headerFields, .headerFieldsNot: return 0..<summary.headerSize
        case .mime: return nil
        }
    }
    /// A partial that begins behind the end is empty, one that reaches beyond it is cut. Its numbers are 32 bits wide: no sum overflows.
    static func cut(_ range: Range<Int>, _ partial: SectionRequest.Partial?) -> Range<Int> {
        guard let partial else { return range }
        let start = min(range.lowerBound + partial.start, range.upperBound)
        return start..<min(start + partial.count, range.upperBound)
    }

    /// The fields of a header that were asked for, byte for byte, and the empty line. (RFC 3501 §6.4.5)
    static func select(_ names: [[UInt8]], areExcluded: Bool, in header: [UInt8]) -> [UInt8] {
        var chosen: [UInt8] = []
        for field in HeaderReader.fields(header.span).fields {
            let isNamed = names.contains { name in
                guard name.count == field.name.count else { return false }
                for index in name.indices where ASCII.lower(name[index]) != ASCII.lower(header[field.name.start + index]) { return false }
                return true
            }
            if isNamed != areExcluded { chosen += header[field.whole.range] }
        }
        // A field at the very end of a message may lack its line end.
        if let last = chosen.last, last != ASCII.lf { chosen += [ASCII.cr, ASCII.lf] }
        chosen += [ASCII.cr, ASCII.lf]
        return chosen
    }
}

extension FetchItem {
    var needsSummary: Bool {
        switch self {
        case .envelope, .body, .bodyStructure: true
        default: section != nil
        }
    }
    /// The old names are sections under another name; only RFC822.HEADER leaves \Seen alone. (RFC 3501 §6.4.5)
    var section: SectionRequest? {
        switch self {
        case .section(let request): request
        case .rfc822: SectionRequest()
        case .rfc822Header: SectionRequest(.header, isPeek: true)
        case .rfc822Text: SectionRequest(.text)
        default: nil
        }
    }
}
