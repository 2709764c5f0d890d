import Bytes

/// Changes single fields of a header; all other octets stay as they are.
package struct HeaderEditor: Sendable {
    package private(set) var message: [UInt8]
    package init(_ message: [UInt8]) { self.message = message }
    package mutating func remove(_ name: String) {}
    /// `value` is folded at most where it has spaces; CR, LF and NUL in it become spaces. (threat T38)
    package mutating func prepend(_ name: String, _ value: String) {}
}

/// Composes a message: fields, then one body. Nothing a caller passes can begin another field or line of the header. (threat T38)
package struct MessageWriter: Sendable {
    package init() {}
    /// A structured field whose value is ASCII as given.
    package mutating func field(_ name: String, _ value: String) {}
    /// An unstructured field: encoded words where needed.
    package mutating func text(_ name: String, _ value: String) {}
    package mutating func addresses(_ name: String, _ list: [DisplayAddress]) {}
    package indirect enum Body: Sendable {
        case text(subtype: String, String)
        case attachment(name: String, mediaType: String, [UInt8])
        /// Octets of a message that stand as they are.
        case message([UInt8])
        /// Octets of a type that must stay 7-bit text: delivery-status and the like.
        case raw(mediaType: String, [UInt8])
        case multipart(subtype: String, parameters: [(String, String)], [Body])
    }
    /// The octets, with CRLF. `boundary` makes the boundaries; it must be unlikely in any text (random).
    package consuming func finish(_ body: Body, boundary: String) -> [UInt8] { [] }
}

/// Searching in decoded text, as IMAP SEARCH and ActiveSync Search need it: Unicode, letter case folded.
package struct TextPattern: Sendable {
    /// Text to be found, UTF-8 (the caller converts from SEARCH's CHARSET by `Charset.utf8`).
    package init(_ text: [UInt8]) {}
    /// Whether decoded UTF-8 text contains the pattern.
    package func matches(_ text: [UInt8]) -> Bool { false }
    package func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }
}
package enum MessageText {
    /// SEARCH BODY (`header` false) and TEXT (true): any decoded text part, or header, contains the pattern.
    package static func contains(_ pattern: TextPattern, in message: Span<UInt8>, root: MessagePart, header: Bool) -> Bool { false }
    /// SEARCH HEADER: a field of this name contains the pattern; an empty pattern: there is such a field.
    package static func header(_ name: String, contains pattern: TextPattern, in header: Span<UInt8>) -> Bool { false }
}
