import Bytes
import EASCodec
import Groupware
import MIMECodec
import Model

/// A mailbox Search's Query as a condition and the folders and classes it names; pure. (MS-ASCMD §2.2.3.142.2)
struct MailQuery {
    enum Limits {
        /// Words of all FreeTexts, and characters of one.
        static let words = 32
        static let word = 256
    }
    /// The raw values are the Status of the Store. (MS-ASCMD §2.2.3.177.13)
    enum Refusal: Int, Error { case invalid = 2, tooComplex = 8 }
    private(set) var conditions: [SearchCondition] = []
    private(set) var folders: [String] = []
    private(set) var classes: [String] = []
    private var words = 0
    private var hasConversation = false

    /// Some clients of 12.0 write the words right into Query; what is written in elements stands in one And.
    init(_ query: WBXMLElement) throws(Refusal) {
        if query.children.isEmpty {
            conditions = try free(query.text)
            return
        }
        guard query.children.count == 1, let all = query.children.first, all.tag == Search.and else { throw .tooComplex }
        guard all.children.count <= RequestLimits.criteria else { throw .tooComplex }
        for child in all.children { try add(child) }
        guard !conditions.isEmpty else { throw .invalid }
    }
    var condition: SearchCondition { .all(conditions) }
    /// Mail is all that is searched; a query that names other classes alone finds nothing.
    var asksForMail: Bool { classes.isEmpty || classes.contains { ASCII.lowercased($0) == "email" } }

    private mutating func add(_ child: WBXMLElement) throws(Refusal) {
        switch child.tag {
        case AirSync.class: classes.append(child.text)
        case AirSync.collectionId: folders.append(child.text)
        case Search.freeText: conditions += try free(child.text)
        case Search.greaterThan, Search.lessThan: conditions.append(try Self.dated(child))
        case Search.conversationId:
            guard !hasConversation else { throw .invalid }
            hasConversation = true
            let octets = child.isOpaque || child.content.count == 16 ? child.content : Base64.decode(child.content[...]) ?? []
            // Another server's conversation is one that nothing here belongs to.
            conditions.append(ConversationID.thread(octets).map { .thread($0) } ?? .not(.everything))
        case Search.or: conditions.append(try either(child))
        case Search.and, Search.equalTo: throw .tooComplex
        default:
            // Elements of the class are no criteria. (MS-ASEMAIL §3.2.5.3)
            guard child.tag.page != Email.subject.page, child.tag.page != Email2.conversationId.page else { throw .invalid }
        }
    }
    /// Only words and dates; anything else belongs right into And. (MS-ASCMD §2.2.3.126)
    private mutating func either(_ group: WBXMLElement) throws(Refusal) -> SearchCondition {
        guard group.children.count <= RequestLimits.criteria else { throw .tooComplex }
        var choices: [SearchCondition] = []
        for child in group.children {
            switch child.tag {
            case Search.freeText: choices.append(.all(try free(child.text)))
            case Search.greaterThan, Search.lessThan: choices.append(try Self.dated(child))
            default: throw .tooComplex
            }
        }
        guard !choices.isEmpty else { throw .invalid }
        return .any(of: choices)
    }
    /// (MS-ASCMD §2.2.3.86, §2.2.3.96)
    private static func dated(_ element: WBXMLElement) throws(Refusal) -> SearchCondition {
        guard element[Email.dateReceived] != nil, let value = element[Search.value], let time = DateText.parse(value.text) else { throw .invalid }
        if element.tag == Search.lessThan { return .arrived(Timestamp(rawValue: .min)..<time) }
        return .arrived(Timestamp(rawValue: time.rawValue + 1)..<Timestamp(rawValue: .max))
    }
    /// Every word must be there; words in quotation marks belong together. Quirk: BlackBerry 10 parts them by semicolons and adds the dates.
    private mutating func free(_ text: String) throws(Refusal) -> [SearchCondition] {
        var found: [SearchCondition] = []
        for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            let isPhrase = index % 2 == 1
            let pieces = isPhrase ? [part] : part.split { $0.isWhitespace || $0 == ";" }
            for piece in pieces where !piece.isEmpty && (isPhrase || !Self.isDates(piece)) {
                words += 1
                guard words <= Limits.words, piece.utf8.count <= Limits.word else { throw .tooComplex }
                var word = String(piece)
                if !isPhrase, word.hasSuffix("*") { word.removeLast() }
                if !word.isEmpty { found.append(.anywhere(TextPattern(word))) }
            }
        }
        guard !found.isEmpty else { throw .invalid }
        return found
    }
    /// `09/12/2025-09/19/2026`
    private static func isDates(_ word: Substring) -> Bool {
        let days = word.split(separator: "-", omittingEmptySubsequences: false)
        return days.count == 2
            && days.allSatisfy { day in
                let parts = day.split(separator: "/", omittingEmptySubsequences: false)
                return parts.count == 3 && parts.allSatisfy { !$0.isEmpty && $0.utf8.count <= 4 && $0.utf8.allSatisfy(ASCII.isDigit) }
            }
    }
}
