/// What a FETCH asks for, in the order asked. (RFC 3501 §6.4.5)
package struct FetchRequest: Equatable, Sendable {
    package var items: [FetchItem]
    package init(_ items: [FetchItem]) { self.items = items }
}

package enum FetchItem: Equatable, Sendable {
    case uid, flags, internalDate, size, envelope
    /// `BODY` without brackets: no extension data.
    case body
    case bodyStructure
    case rfc822, rfc822Header, rfc822Text
    case section(SectionRequest)
}

/// BODY[section]<partial> and BODY.PEEK.
package struct SectionRequest: Equatable, Sendable {
    package enum Text: Equatable, Sendable {
        /// The part itself, or the whole message.
        case all
        case header, text, mime
        /// Names as they came; the answer repeats them.
        case headerFields([[UInt8]]), headerFieldsNot([[UInt8]])
    }
    /// Empty for the message.
    package var part: [Int]
    package var text: Text
    package var isPeek: Bool
    package var partial: Partial?
    package init(part: [Int] = [], _ text: Text = .all, isPeek: Bool = false, partial: Partial? = nil) {
        self.part = part; self.text = text; self.isPeek = isPeek; self.partial = partial
    }
    package struct Partial: Equatable, Sendable {
        package let start: Int
        package let count: Int
        package init(start: Int, count: Int) { self.start = start; self.count = count }
    }
}
