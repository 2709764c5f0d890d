package import Bytes
package import Model

// What is being built in this room: the signatures stand, the bodies come with the next landings.

/// The form a client wants a body in.
package enum BodyForm: Sendable, Equatable { case plain, html }

/// Chooses the body for display among the parts of a message, fetches only their octets, decodes them to UTF-8.
package struct BodyReader: Sendable {
    package let root: MessagePart
    package init(_ root: MessagePart) { self.root = root }
    /// The form the message itself is written in (html where it has an HTML alternative): ActiveSync's NativeBodyType.
    package var nativeForm: BodyForm { .plain }
    /// Charset of the body's first text part in lower case, for InternetCPID; "us-ascii" where there is none.
    package var charset: String { "us-ascii" }
    /// The body as UTF-8 in the form asked for: HTML made from text and text from HTML where the message has only the other.
    /// `fetch` returns the octets of a range of the content. Decoding stops soon after `limit` octets of text.
    package func text(_ form: BodyForm, limit: Int = Limits.decodedText, fetch: (ByteRange) throws -> [UInt8]) rethrows -> [UInt8] { [] }
    /// The decoded octets of a part (an attachment, an inline image); nil where there is no such part.
    package func octets(of path: [Int], fetch: (ByteRange) throws -> [UInt8]) rethrows -> [UInt8]? { nil }
}

/// Plain text from HTML and back. Linear, whatever the HTML.
package enum HTMLText {
    package static func plain(fromHTML html: [UInt8], limit: Int = Limits.decodedText) -> [UInt8] { html }
    package static func html(fromPlain text: [UInt8]) -> [UInt8] { text }
}

/// Charsets of mail, by a list of allowed names. Bad sequences become U+FFFD.
package enum Charset {
    /// UTF-8 from octets in a charset. An unknown charset: UTF-8 where the octets are, else windows-1252.
    package static func utf8(_ octets: [UInt8], charset: String?, limit: Int = Limits.decodedText) -> [UInt8] { octets }
    package static func isKnown(_ name: String) -> Bool { false }
    /// The Windows code page number of a charset, for InternetCPID; 65001 where it has none.
    package static func codePage(_ name: String) -> Int { 65001 }
}

/// RFC 2047.
package enum EncodedWord {
    /// Unicode text of an unstructured field.
    package static func decode(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }
    /// ASCII text for a header: as it stands where it is ASCII without controls, encoded words in UTF-8 otherwise.
    package static func encode(_ text: String) -> [UInt8] { Array(text.utf8) }
}

/// Date fields. (RFC 5322 §3.3)
package enum MailDate {
    /// Lenient: obsolete forms, missing seconds, comments, odd zones; nil where no point in time can be read.
    package static func parse(_ text: [UInt8]) -> Timestamp? { nil }
    /// `Thu, 1 Jan 1970 00:00:00 +0000`
    package static func text(_ time: Timestamp, zoneMinutes: Int = 0) -> String { "" }
}

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
