/// Writes a WBXML document token by token; it knows no element's meaning and no order. (WBXML 1.3 §5; MS-ASWBXML §2.1)
///
///     var writer = TokenWriter()
///     writer.open(AirSync.sync)
///     writer.element(AirSync.status, 1)
///     writer.close()
///     let body = writer.finish()
///
/// A page switch is written before a tag whose page is not the current one, never else; an element without content has no content bit.
/// Text loses what XML 1.0 cannot carry (NUL and the other controls but TAB, LF, CR; U+FFFE, U+FFFF), and octets that are no UTF-8
/// become U+FFFD: one such character makes phones ask for the same item for ever. A NUL would end the string early. (XML 1.0 §2.2)
///
/// It owns the memory it writes to, so it cannot be copied: an octet costs no question whether somebody else sees it.
@usableFromInline @safe package struct TokenWriter: ~Copyable, @unchecked Sendable {
    var storage: [UInt8]
    /// Where the storage begins.
    var start: UnsafeMutablePointer<UInt8>
    /// The next octet, and the end of the room. Room is made ahead, so that an element costs one check.
    var place: UnsafeMutablePointer<UInt8>
    var end: UnsafeMutablePointer<UInt8>
    var page: UInt8 = 0
    /// Open elements.
    package private(set) var depth = 0

    /// Begins a document: WBXML 1.3, unknown public identifier, UTF-8, no string table.
    package init(capacity: Int = 1024) {
        let room = max(capacity, 16)
        storage = unsafe [UInt8](unsafeUninitializedCapacity: room) { _, initialized in initialized = room }
        unsafe (start, place, end) = Self.places(&storage, 0)
        for octet: UInt8 in [0x03, 0x01, 0x6A, 0x00] { unsafe put(octet) }
    }

    /// Bytes written.
    package var count: Int { unsafe place - start }

    @usableFromInline package mutating func open(_ tag: WBXMLTag) {
        put(tag, content: GlobalToken.content, room: 0)
        depth &+= 1
    }
    @usableFromInline package mutating func close() {
        precondition(depth > 0, "closed an element that was not open")
        depth &-= 1
        reserve(1)
        unsafe put(GlobalToken.end)
    }
    package mutating func empty(_ tag: WBXMLTag) { put(tag, content: 0, room: 0) }
    /// `open`, what the body writes, `close`.
    @inlinable package mutating func element<E: Error>(_ tag: WBXMLTag, _ body: (inout TokenWriter) throws(E) -> Void) throws(E) {
        open(tag)
        try body(&self)
        close()
    }
    package mutating func element(_ tag: WBXMLTag, _ text: String) {
        // What is not contiguous came from elsewhere than Swift; then there is a copy.
        if unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe put(tag, text: $0) }) == nil { element(tag, utf8: Array(text.utf8)) }
    }
    package mutating func element(_ tag: WBXMLTag, utf8 text: [UInt8]) {
        unsafe text.withUnsafeBufferPointer { unsafe put(tag, text: $0) }
    }
    package mutating func element(_ tag: WBXMLTag, utf8 text: ArraySlice<UInt8>) {
        unsafe text.withUnsafeBufferPointer { unsafe put(tag, text: $0) }
    }
    package mutating func element(_ tag: WBXMLTag, _ number: Int) {
        guard number >= 0, number < 10 else { return putDigits(tag, number) }
        put(tag, content: GlobalToken.content, room: 4)
        // STR_I, the digit, its end, END: as one word, the first octet lowest.
        let word = UInt32(GlobalToken.inlineString) | UInt32(truncatingIfNeeded: 48 &+ number) << 8 | UInt32(GlobalToken.end) << 24
        unsafe UnsafeMutableRawPointer(place).storeBytes(of: word.littleEndian, as: UInt32.self)
        unsafe place += 4
    }
    package mutating func element(_ tag: WBXMLTag, _ flag: Bool) { element(tag, flag ? 1 : 0) }
    /// OPAQUE: for the few elements that carry octets. (MS-ASWBXML §2.1.1) Nothing is changed. Traps above 4 GiB, which no answer reaches.
    package mutating func element(_ tag: WBXMLTag, opaque data: [UInt8]) { element(tag, opaque: data[...]) }
    package mutating func element(_ tag: WBXMLTag, opaque data: ArraySlice<UInt8>) {
        let length = UInt32(data.count)
        put(tag, content: GlobalToken.content, room: data.count + 7)
        unsafe put(GlobalToken.opaque)
        // mb_u_int32 (WBXML 1.3 §5.1)
        var shift: UInt32 = 28
        while shift > 0 {
            if length >> shift != 0 { unsafe put(UInt8(truncatingIfNeeded: length >> shift) | 0x80) }
            shift -= 7
        }
        unsafe put(UInt8(truncatingIfNeeded: length & 0x7F))
        unsafe data.withUnsafeBufferPointer { unsafe copy($0) }
        unsafe put(GlobalToken.end)
    }

    /// A place to come back to: what was written after it can be taken back, as long as no element open then has been closed.
    package struct Mark: Sendable {
        fileprivate let count: Int
        fileprivate let depth: Int
        fileprivate let page: UInt8
    }
    package var mark: Mark { Mark(count: count, depth: depth, page: page) }
    package mutating func rewind(to mark: Mark) {
        precondition(mark.count <= count, "rewound forward")
        unsafe place = start + mark.count
        depth = mark.depth
        page = mark.page
    }

    /// The document. Every element must be closed.
    package consuming func finish() -> [UInt8] {
        precondition(depth == 0, "finished inside of an element")
        storage.removeSubrange(count...)
        return storage
    }
}
