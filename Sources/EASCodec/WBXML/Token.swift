package import Bytes

// `@usableFromInline` lets its `@inlinable` members into other rooms: docs/decisions/0062.

/// The name of an element as two numbers: its code page in the upper byte, its token in the lower. Names for people are in `CodePage`.
@usableFromInline @frozen package struct WBXMLTag: RawRepresentable, Hashable, Sendable {
    @usableFromInline package let rawValue: UInt16
    @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }
    @inlinable package init(_ value: UInt16) { rawValue = value }
    @inlinable package init(page: UInt8, token: UInt8) { rawValue = UInt16(page) << 8 | UInt16(token) }
    @inlinable package var page: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8) }
    @inlinable package var token: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
}

/// What a document is made of. Ranges are offsets into the document.
package enum Token: Hashable, Sendable {
    /// An element begins. Each is followed by its `end`, an empty one at once.
    case start(WBXMLTag)
    case end
    /// An inline string, without its NUL; proven UTF-8. Neighbouring ones are one text.
    case text(ByteRange)
    case opaque(ByteRange)
    /// The root has ended and nothing follows it.
    case finished
}

/// Why a document is refused; the raw values are the classes of the shared vectors.
package enum WBXMLError: String, Error, CaseIterable {
    /// The input ends inside of a token, or before every element has ended.
    case truncated
    /// END without an open element.
    case unexpectedEnd = "unexpected_end"
    case unknownPage = "unknown_page"
    case unknownToken = "unknown_token"
    /// ENTITY, LITERAL, EXT, PI and STR_T: ActiveSync has none of them. (MS-ASWBXML §2.1.1)
    case unsupportedToken = "unsupported_token"
    case unsupportedAttribute = "unsupported_attribute"
    case unsupportedVersion = "unsupported_version"
    case unsupportedCharset = "unsupported_charset"
    /// A declared length goes beyond the input.
    case lengthOverflow = "length_overflow"
    /// mb_u_int32 above 32 bits or longer than 5 bytes.
    case integerOverflow = "integer_overflow"
    case depthExceeded = "depth_exceeded"
    case multipleRoots = "multiple_roots"
    case contentOutsideRoot = "content_outside_root"
    case invalidUTF8 = "invalid_utf8"
}

/// The global tokens of the WBXML standard that ActiveSync uses. (WBXML 1.3 §7.1; MS-ASWBXML §2.1.1)
enum GlobalToken {
    static var switchPage: UInt8 { 0x00 }
    static var end: UInt8 { 0x01 }
    static var inlineString: UInt8 { 0x03 }
    static var opaque: UInt8 { 0xC3 }
    /// Added to an element's token: it has content.
    static var content: UInt8 { 0x40 }
    static var attributes: UInt8 { 0x80 }
}
