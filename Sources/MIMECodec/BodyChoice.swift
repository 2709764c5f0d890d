import Bytes

/// The form a client wants a body in.
package enum BodyForm: Sendable, Equatable { case plain, html }

/// A text part that belongs to the body for display.
struct BodySegment: Sendable, Equatable {
    let part: MessagePart
    let path: [Int]
    var isHTML: Bool { part.subtype == "html" }
}

/// Which parts of a message are its body, which are files beside it. One reading for body, preview, paper clip and attachment list.
/// 1. In an alternative one child is taken: the last HTML one for HTML, the first plain one for plain text. (RFC 2046 §5.1.4)
/// 2. In a mixed the text parts without a file name or disposition "attachment" are taken in order. (RFC 2183 §2.1)
/// 3. Nested messages are files; their text is not the text of this message.
struct BodyChoice {
    let root: MessagePart

    func segments(_ form: BodyForm) -> [BodySegment] { collect(root, [], form, isRoot: true, isFirst: true, depth: 0) }

    /// Paths: of the root's children as IMAP counts; a single part is part 1.
    private func collect(_ part: MessagePart, _ path: [Int], _ form: BodyForm, isRoot: Bool, isFirst: Bool, depth: Int) -> [BodySegment] {
        guard part.isMultipart else {
            return Self.isBodyText(part, isFirst: isFirst) ? [BodySegment(part: part, path: isRoot ? [1] : path)] : []
        }
        func child(_ index: Int, isFirst: Bool) -> [BodySegment] {
            collect(part.children[index], path + [index + 1], form, isRoot: false, isFirst: isFirst, depth: depth + 1)
        }
        switch part.subtype {
        case "alternative":
            let choices = part.children.indices.map { child($0, isFirst: true) }
            let html = choices.last { $0.contains(where: \.isHTML) }
            let plain = choices.first { $0.contains { !$0.isHTML && $0.part.subtype == "plain" } && !$0.contains(where: \.isHTML) }
            let any = choices.first { !$0.isEmpty } ?? []
            return form == .html ? html ?? plain ?? any : plain ?? html ?? any
        case "related": return child(relatedRoot(part), isFirst: isFirst)
        case "signed": return child(0, isFirst: isFirst)
        case "encrypted": return []
        default:
            var list: [BodySegment] = []
            for index in part.children.indices where list.count < Limits.bodySegments {
                let found = child(index, isFirst: list.isEmpty && isFirst)
                list += part.subtype == "report" && index > 0 ? found.filter { $0.part.subtype != "rfc822-headers" } : found
            }
            return list
        }
    }
    /// The part that `start` names, else the first. (RFC 2387 §3.2)
    private func relatedRoot(_ part: MessagePart) -> Int {
        guard let start = part.parameter("start") else { return 0 }
        return part.children.firstIndex { $0.contentID == start } ?? 0
    }
    /// Text for reading: plain and HTML and their obsolete kin. The first text may have a file name, as some writers give every part one.
    static func isBodyText(_ part: MessagePart, isFirst: Bool) -> Bool {
        guard part.type == "text", part.children.isEmpty, part.disposition?.value != "attachment" else { return false }
        switch part.subtype {
        case "plain", "html", "enriched", "richtext", "x-markdown", "markdown", "rfc822-headers": return isFirst || !hasName(part)
        default: return false
        }
    }
    static func hasName(_ part: MessagePart) -> Bool {
        func isName(_ parameter: Parameter, _ name: String) -> Bool { parameter.name == name || parameter.name == name + "*" }
        return part.parameters.contains { isName($0, "name") } || (part.disposition?.parameters.contains { isName($0, "filename") } ?? false)
    }
}
