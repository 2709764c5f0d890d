import Glibc

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
@frozen package struct TokenWriter: Sendable {
    /// Longer than `count`: room is made ahead, so that an element costs one check.
    @usableFromInline var storage: [UInt8]
    /// Bytes written.
    package internal(set) var count: Int
    @usableFromInline var page: UInt8 = 0
    /// Open elements.
    package internal(set) var depth = 0

    /// Begins a document: WBXML 1.3, unknown public identifier, UTF-8, no string table.
    @inlinable package init(capacity: Int = 1024) {
        storage = [UInt8](repeating: 0, count: max(capacity, 16))
        storage[0] = 0x03
        storage[1] = 0x01
        storage[2] = 0x6A
        storage[3] = 0x00
        count = 4
    }

    @inlinable package mutating func open(_ tag: WBXMLTag) {
        reserve(3)
        put(tag, content: GlobalToken.content)
        depth += 1
    }
    @inlinable package mutating func close() {
        precondition(depth > 0, "closed an element that was not open")
        depth -= 1
        reserve(1)
        storage[count] = GlobalToken.end
        count += 1
    }
    @inlinable package mutating func empty(_ tag: WBXMLTag) {
        reserve(3)
        put(tag, content: 0)
    }
    /// `open`, what the body writes, `close`.
    @inlinable package mutating func element<E: Error>(_ tag: WBXMLTag, _ body: (inout TokenWriter) throws(E) -> Void) throws(E) {
        open(tag)
        try body(&self)
        close()
    }
    @inlinable package mutating func element(_ tag: WBXMLTag, _ text: String) {
        var text = text
        text.withUTF8 { unsafe put(tag, text: $0, isProven: true) }
    }
    @inlinable package mutating func element(_ tag: WBXMLTag, utf8 text: [UInt8]) {
        unsafe text.withUnsafeBufferPointer { unsafe put(tag, text: $0, isProven: false) }
    }
    @inlinable package mutating func element(_ tag: WBXMLTag, utf8 text: ArraySlice<UInt8>) {
        unsafe text.withUnsafeBufferPointer { unsafe put(tag, text: $0, isProven: false) }
    }
    @inlinable package mutating func element(_ tag: WBXMLTag, _ number: Int) {
        reserve(3 + 22)
        put(tag, content: GlobalToken.content)
        storage[count] = GlobalToken.inlineString
        count += 1
        if number < 0 {
            storage[count] = UInt8(ascii: "-")
            count += 1
        }
        var rest = number.magnitude
        let start = count
        repeat {
            storage[count] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
            count += 1
            rest /= 10
        } while rest > 0
        storage[start..<count].reverse()
        storage[count] = 0
        storage[count + 1] = GlobalToken.end
        count += 2
    }
    @inlinable package mutating func element(_ tag: WBXMLTag, _ flag: Bool) { element(tag, flag ? 1 : 0) }
    /// OPAQUE: for the few elements that carry octets. (MS-ASWBXML §2.1.1) Nothing is changed. Traps above 4 GiB, which no answer reaches.
    @inlinable package mutating func element(_ tag: WBXMLTag, opaque data: [UInt8]) { element(tag, opaque: data[...]) }
    @inlinable package mutating func element(_ tag: WBXMLTag, opaque data: ArraySlice<UInt8>) {
        reserve(data.count + 10)
        put(tag, content: GlobalToken.content)
        storage[count] = GlobalToken.opaque
        count += 1
        let length = UInt32(data.count)
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
    @frozen package struct Mark: Sendable {
        @usableFromInline let count: Int
        @usableFromInline let depth: Int
        @usableFromInline let page: UInt8
        @inlinable init(count: Int, depth: Int, page: UInt8) { self.count = count; self.depth = depth; self.page = page }
    }
    @inlinable package var mark: Mark { Mark(count: count, depth: depth, page: page) }
    @inlinable package mutating func rewind(to mark: Mark) {
        precondition(mark.count <= count, "rewound forward")
        count = mark.count
        depth = mark.depth
        page = mark.page
    }

    /// The document. Every element must be closed.
    @inlinable package consuming func finish() -> [UInt8] {
        precondition(depth == 0, "finished inside of an element")
        storage.removeSubrange(count...)
        return storage
    }
}
