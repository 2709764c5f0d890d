/// The writer's inner work: room, tags, and text that is clean enough for XML. Nothing outside of `TokenWriter` calls it.
extension TokenWriter {
    @inline(__always) mutating func reserve(_ more: Int) {
        if storage.count &- count < more { grow(more) }
    }
    /// The bytes beyond `count` hold nothing and are never read, so nobody clears them first.
    mutating func grow(_ more: Int) {
        let size = max(storage.count * 2, count + more), written = count
        storage = unsafe [UInt8](unsafeUninitializedCapacity: size) { room, initialized in
            unsafe storage.withUnsafeBufferPointer { old in
                if let source = old.baseAddress, let target = room.baseAddress { unsafe target.update(from: source, count: written) }
            }
            initialized = size
        }
    }
    /// A tag, and room for what follows it.
    @inline(__always) mutating func put(_ tag: WBXMLTag, content: UInt8, room: Int) {
        unsafe write(room &+ 3) { [page] place in unsafe Self.tag(tag, content, page, place) }
        page = tag.page
    }
    /// Room is there for `most` octets; `body` says how many it wrote. One check for room, one for sole ownership.
    @inline(__always) mutating func write(_ most: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserve(most)
        let start = count
        let written = unsafe storage.withUnsafeMutableBufferPointer { all -> Int in
            guard let base = all.baseAddress, all.count &- start >= most else { return 0 }
            return unsafe body(base + start)
        }
        precondition(written <= most, "wrote beyond what was reserved")
        count &+= written
    }
    /// Three octets at the most.
    @inline(__always) static func tag(_ tag: WBXMLTag, _ content: UInt8, _ page: UInt8, _ place: UnsafeMutablePointer<UInt8>) -> Int {
        if tag.page == page {
            unsafe place[0] = tag.token | content
            return 1
        }
        unsafe place[0] = GlobalToken.switchPage
        unsafe place[1] = tag.page
        unsafe place[2] = tag.token | content
        return 3
    }
    /// Copied and looked at in one pass.
    mutating func put(_ tag: WBXMLTag, text: UnsafeBufferPointer<UInt8>) {
        guard let source = text.baseAddress, !text.isEmpty else { return empty(tag) }
        let length = text.count, before = count
        var isPlain = true
        unsafe write(length &+ 6) { [page] base in
            var place = unsafe base + Self.tag(tag, GlobalToken.content, page, base)
            unsafe place[0] = GlobalToken.inlineString
            unsafe isPlain = TextCheck.copyPlain(source, length, to: place + 1)
            unsafe place += length &+ 1
            unsafe place[0] = 0
            unsafe place[1] = GlobalToken.end
            return unsafe place + 2 - base
        }
        guard unsafe isPlain || TextCheck.isXMLText(text) else {
            count = before
            return unsafe putCleaned(tag, text)
        }
        page = tag.page
    }
    /// A decimal number of any length.
    mutating func putDigits(_ tag: WBXMLTag, _ number: Int) {
        unsafe write(28) { [page] base in
            var place = unsafe base + Self.tag(tag, GlobalToken.content, page, base)
            unsafe place[0] = GlobalToken.inlineString
            unsafe place += 1
            if number < 0 {
                unsafe place[0] = UInt8(ascii: "-")
                unsafe place += 1
            }
            var rest = number.magnitude
            var places = rest < 100 ? 2 : rest < 1000 ? 3 : rest < 10_000 ? 4 : rest < 100_000 ? 5 : 6
            var bound: UInt = 1_000_000
            while rest >= bound, places < 19 { places &+= 1; bound &*= 10 }
            if rest < 10 { places = 1 }
            unsafe place[places] = 0
            unsafe place[places &+ 1] = GlobalToken.end
            var index = places
            while index > 0 {
                index &-= 1
                unsafe place[index] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
                rest /= 10
            }
            return unsafe place + places + 2 - base
        }
        page = tag.page
    }
    /// Room for them must be there.
    mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        let start = count
        unsafe storage.withUnsafeMutableBufferPointer { all in
            guard let base = all.baseAddress, all.count &- start >= bytes.count else { return }
            unsafe (base + start).update(from: source, count: bytes.count)
        }
        count &+= bytes.count
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
