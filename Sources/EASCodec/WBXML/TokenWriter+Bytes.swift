/// The writer's inner work: room, tags, and text that is clean enough for XML. Nothing outside of `TokenWriter` calls it.
extension TokenWriter {
    typealias Places = (start: UnsafeMutablePointer<UInt8>, place: UnsafeMutablePointer<UInt8>, end: UnsafeMutablePointer<UInt8>)
    @inline(__always) mutating func reserve(_ more: Int) {
        if unsafe end - place < more { grow(more) }
    }
    /// Twice as much, or what is asked for. What is beyond the written octets holds nothing and is never read, so nobody clears it.
    @inline(never) mutating func grow(_ more: Int) {
        let written = count
        let room = unsafe max((end - start) * 2, written + more)
        storage = unsafe [UInt8](unsafeUninitializedCapacity: room) { [start] target, initialized in
            if let base = target.baseAddress { unsafe base.update(from: start, count: written) }
            initialized = room
        }
        unsafe (start, place, end) = Self.places(&storage, written)
    }
    /// The places in a storage that is new. They hold as long as it does: nobody else can see it, and nothing else is done with it until the end.
    @unsafe static func places(_ storage: inout [UInt8], _ written: Int) -> Places {
        unsafe storage.withUnsafeMutableBufferPointer { all in
            guard let base = all.baseAddress else { preconditionFailure("no room") }
            return unsafe (base, base + written, base + all.count)
        }
    }
    /// Room for it must be there.
    @unsafe @inline(__always) mutating func put(_ octet: UInt8) {
        unsafe place[0] = octet
        unsafe place += 1
    }
    /// A tag, and room for what follows it.
    @inline(__always) mutating func put(_ tag: WBXMLTag, content: UInt8, room: Int) {
        reserve(room &+ 3)
        if tag.page != page {
            unsafe put(GlobalToken.switchPage)
            unsafe put(tag.page)
            page = tag.page
        }
        unsafe put(tag.token | content)
    }
    /// Copied and looked at in one pass.
    mutating func put(_ tag: WBXMLTag, text: UnsafeBufferPointer<UInt8>) {
        guard let source = text.baseAddress, !text.isEmpty else { return empty(tag) }
        let mark = mark
        put(tag, content: GlobalToken.content, room: text.count &+ 3)
        unsafe put(GlobalToken.inlineString)
        guard unsafe TextCheck.copyPlain(source, text.count, to: place) || TextCheck.isXMLText(text) else {
            rewind(to: mark)
            return unsafe putCleaned(tag, text)
        }
        unsafe place += text.count
        unsafe put(0)
        unsafe put(GlobalToken.end)
    }
    /// A decimal number of any length.
    mutating func putDigits(_ tag: WBXMLTag, _ number: Int) {
        // 19 digits and a sign, and what stands around them.
        put(tag, content: GlobalToken.content, room: 24)
        unsafe put(GlobalToken.inlineString)
        if number < 0 { unsafe put(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var places = 1
        var bound: UInt = 10
        while rest >= bound, places < 19 { places &+= 1; bound &*= 10 }
        var index = places
        while index > 0 {
            index &-= 1
            unsafe place[index] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
            rest /= 10
        }
        unsafe place += places
        unsafe put(0)
        unsafe put(GlobalToken.end)
    }
    /// Room for them must be there.
    @unsafe mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        unsafe place.update(from: source, count: bytes.count)
        unsafe place += bytes.count
    }
    private mutating func putCleaned(_ tag: WBXMLTag, _ text: UnsafeBufferPointer<UInt8>) {
        var clean = String.UnicodeScalarView()
        for scalar in unsafe String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 9, 10, 13, 0x20...0xFFFD, 0x10000...: clean.append(scalar)
            default: continue
            }
        }
        element(tag, String(clean))
    }
}
