import Bytes

/// Reads a WBXML document token by token, forward once. It knows which tokens exist and nothing of what they mean. (WBXML 1.3 §5; MS-ASWBXML §2.1)
///
/// Two ways to use it. `next()` gives every token. The pull calls read a request without building a tree:
///
///     var reader = try TokenReader(body, isLenient: true)
///     try reader.root(Ping.ping)
///     while let tag = try reader.child() {
///         switch tag {
///         case Ping.heartbeatInterval: heartbeat = try reader.integer()
///         case Ping.folders: try folders(&reader)            // again `while let tag = try reader.child()`
///         default: try reader.skip()                         // an element nobody expected is passed over
///         }
///     }
///     try reader.finish()
///
/// The one rule: what `child()` has entered must be left, by a value call, `skip()`, or `child()` until it returns nil.
package struct TokenReader: Sendable {
    package enum Limits {
        /// Open elements. The deepest that ActiveSync defines is below 16; the depth bomb of threat T14 ends here.
        package static var depth: Int { 32 }
    }
    package let bytes: [UInt8]
    /// Offset of the next byte to be read.
    package private(set) var offset = 0
    /// Open elements.
    package private(set) var depth = 0
    private var page: UInt16 = 0
    private var known: UInt64
    /// An empty element has begun and its end has not been told yet.
    private var endIsOwed = false
    private var rootHasBegun = false
    /// Below the root, tokens and pages without a name are elements like others, for the reader of a request to pass over.
    private let isLenient: Bool

    /// Reads the header: version 1.1 to 1.3, any public identifier, UTF-8; a string table is passed over. (WBXML 1.3 §5.4)
    ///
    /// `isLenient` is for requests: Outlook sends annotations on a page of its own, 254, and newer clients may send newer elements.
    /// The root must have a name in any case.
    package init(_ document: [UInt8], isLenient: Bool = false) throws(WBXMLError) {
        bytes = document
        known = CodePage.knownTokens[0]
        self.isLenient = isLenient
        try readHeader()
    }

    private mutating func readHeader() throws(WBXMLError) {
        guard offset < bytes.count else { throw .truncated }
        let version = bytes[offset]
        guard version >= 1, version <= 3 else { throw .unsupportedVersion }
        offset += 1
        // A public identifier of zero is followed by the index of its text in the string table.
        if try number() == 0 { _ = try number() }
        guard try number() == 106 else { throw .unsupportedCharset }  // IANA MIBenum of UTF-8
        let table = try number()
        guard table <= bytes.count - offset else { throw .lengthOverflow }
        offset += table
    }

    /// mb_u_int32: seven bits a byte, most significant first, at most 32 bits. (WBXML 1.3 §5.1)
    private mutating func number() throws(WBXMLError) -> Int {
        var value: UInt64 = 0
        for _ in 0..<5 {
            guard offset < bytes.count else { throw .truncated }
            let byte = bytes[offset]
            offset += 1
            value = value << 7 | UInt64(byte & 0x7F)
            guard byte & 0x80 != 0 else {
                guard value <= UInt64(UInt32.max) else { throw .integerOverflow }
                return Int(value)
            }
        }
        throw .integerOverflow
    }

    /// The next token. After an error the reader is of no further use.
    package mutating func next() throws(WBXMLError) -> Token {
        if endIsOwed {
            endIsOwed = false
            depth -= 1
            return .end
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            let token = byte & 0x3F
            if token >= 5 {
                guard byte & GlobalToken.attributes == 0 else { throw .unsupportedAttribute }
                guard known & (1 << UInt64(token)) != 0 || isLenient && depth > 0 else { throw .unknownToken }
                guard depth > 0 || !rootHasBegun else { throw .multipleRoots }
                guard depth < Limits.depth else { throw .depthExceeded }
                rootHasBegun = true
                depth += 1
                endIsOwed = byte & GlobalToken.content == 0
                return .start(WBXMLTag(page | UInt16(token)))
            }
            switch byte {
            case GlobalToken.end:
                guard depth > 0 else { throw .unexpectedEnd }
                depth -= 1
                return .end
            case GlobalToken.inlineString:
                guard depth > 0 else { throw .contentOutsideRoot }
                return .text(try inlineString())
            case GlobalToken.switchPage:
                guard offset < bytes.count else { throw .truncated }
                let number = bytes[offset]
                offset += 1
                let isKnown = Int(number) < CodePage.knownTokens.count
                guard isKnown || isLenient && depth > 0 else { throw .unknownPage }
                page = UInt16(number) << 8
                known = isKnown ? CodePage.knownTokens[Int(number)] : 0
            case GlobalToken.opaque:
                guard depth > 0 else { throw .contentOutsideRoot }
                let count = try number()
                guard count <= bytes.count - offset else { throw .lengthOverflow }
                defer { offset += count }
                return .opaque(ByteRange(start: offset, count: count))
            default: throw .unsupportedToken
            }
        }
        guard depth == 0, rootHasBegun else { throw .truncated }
        return .finished
    }

    private mutating func inlineString() throws(WBXMLError) -> ByteRange {
        let start = offset
        guard let end = bytes.span.firstIndex(of: 0, in: start..<bytes.count) else { throw .truncated }
        let count = end - start
        guard isUTF8(start, count) else { throw .invalidUTF8 }
        offset = start &+ count &+ 1
        return ByteRange(start: start, count: count)
    }
    /// The range must lie in the document.
    private func isUTF8(_ start: Int, _ count: Int) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { unsafe TextCheck.isUTF8(UnsafeBufferPointer(rebasing: $0[start..<(start &+ count)])) }
    }
}
