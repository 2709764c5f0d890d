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
@usableFromInline package struct TokenWriter: Sendable {
    /// Longer than `count`: room is made ahead, so that an element costs one check.
    var storage: [UInt8]
    /// Bytes written.
    package internal(set) var count: Int
    var page: UInt8 = 0
    /// Open elements.
    package private(set) var depth = 0

    /// Begins a document: WBXML 1.3, unknown public identifier, UTF-8, no string table.
    package init(capacity: Int = 1024) {
        storage = [0x03, 0x01, 0x6A, 0x00]
        count = 4
        grow(max(capacity, 16))
    }

    @usableFromInline package mutating func open(_ tag: WBXMLTag) {
        put(tag, content: GlobalToken.content, room: 0)
        depth += 1
    }
    @usableFromInline package mutating func close() {
        precondition(depth > 0, "closed an element that was not open")
        depth -= 1
        unsafe write(1) { place in
            unsafe place[0] = GlobalToken.end
            return 1
        }
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
        if number >= 0, number < 10 {
            unsafe write(7) { [page] base in
                let place = unsafe base + Self.tag(tag, GlobalToken.content, page, base)
                unsafe place[0] = GlobalToken.inlineString
                unsafe place[1] = UInt8(truncatingIfNeeded: 48 &+ number)
                unsafe place[2] = 0
                unsafe place[3] = GlobalToken.end
                return unsafe place + 4 - base
            }
            page = tag.page
            return
        }
        putDigits(tag, number)
    }
    package mutating func element(_ tag: WBXMLTag, _ flag: Bool) { element(tag, flag ? 1 : 0) }
    /// OPAQUE: for the few elements that carry octets. (MS-ASWBXML §2.1.1) Nothing is changed. Traps above 4 GiB, which no answer reaches.
    package mutating func element(_ tag: WBXMLTag, opaque data: [UInt8]) { element(tag, opaque: data[...]) }
    package mutating func element(_ tag: WBXMLTag, opaque data: ArraySlice<UInt8>) {
        let length = UInt32(data.count)
        put(tag, content: GlobalToken.content, room: data.count + 7)
        storage[count] = GlobalToken.opaque
        count += 1
        // mb_u_int32 (WBXML 1.3 §5.1)
        var shift: UInt32 = 28
        while shift > 0 {
            if length >> shift != 0 {
                storage[count] = UInt8(truncatingIfNeeded: length >> shift) | 0x80
                count += 1
            }
            shift -= 7
        }
        storage[count] = UInt8(truncatingIfNeeded: length & 0x7F)
        count += 1
        unsafe data.withUnsafeBufferPointer { unsafe copy($0) }
        storage[count] = GlobalToken.end
        count += 1
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
        count = mark.count
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
