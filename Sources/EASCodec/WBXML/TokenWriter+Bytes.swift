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
        reserve(room &+ 3)
        if tag.page != page {
            page = tag.page
            storage[count] = GlobalToken.switchPage
            storage[count &+ 1] = page
            count &+= 2
        }
        storage[count] = tag.token | content
        count &+= 1
    }
    /// One check for room, one for sole ownership, one copy. `isProven`: it comes out of a String, and so is UTF-8.
    mutating func put(_ tag: WBXMLTag, text: UnsafeBufferPointer<UInt8>, isProven: Bool) {
        guard let source = text.baseAddress, !text.isEmpty else { return empty(tag) }
        guard unsafe TextCheck.isXMLText(text, isProven: isProven) else { return unsafe putCleaned(tag, text) }
        let length = text.count, start = count, isOtherPage = tag.page != page
        reserve(length &+ 6)
        let written = unsafe storage.withUnsafeMutableBufferPointer { all -> Int in
            guard let base = all.baseAddress, all.count &- start >= length &+ 6 else { return 0 }
            var place = unsafe base + start
            if isOtherPage {
                unsafe place[0] = GlobalToken.switchPage
                unsafe place[1] = tag.page
                unsafe place += 2
            }
            unsafe place[0] = tag.token | GlobalToken.content
            unsafe place[1] = GlobalToken.inlineString
            unsafe (place + 2).update(from: source, count: length)
            unsafe place += length &+ 2
            unsafe place[0] = 0
            unsafe place[1] = GlobalToken.end
            return unsafe place + 2 - (base + start)
        }
        page = tag.page
        count &+= written
    }
    /// A decimal number of any length.
    mutating func putDigits(_ tag: WBXMLTag, _ number: Int) {
        put(tag, content: GlobalToken.content, room: 24)
        storage[count] = GlobalToken.inlineString
        count += 1
        if number < 0 {
            storage[count] = UInt8(ascii: "-")
            count += 1
        }
        var rest = number.magnitude, places = 1
        var bound: UInt = 10
        while rest >= bound, places < 19 { places += 1; bound *= 10 }
        var place = count + places
        storage[place] = 0
        storage[place + 1] = GlobalToken.end
        count = place + 2
        for _ in 0..<places {
            place -= 1
            storage[place] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
            rest /= 10
        }
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
