import Glibc

/// The writer's inner work: room, tags, and text that is clean enough for XML. Nothing outside of `TokenWriter` calls it.
extension TokenWriter {
    @inlinable mutating func reserve(_ more: Int) {
        if storage.count &- count < more { grow(more) }
    }
    @usableFromInline mutating func grow(_ more: Int) {
        let size = max(storage.count * 2, count + more)
        storage.append(contentsOf: repeatElement(0, count: size - storage.count))
    }
    /// Room for three bytes must be there.
    @inlinable mutating func put(_ tag: WBXMLTag, content: UInt8) {
        if tag.page != page {
            page = tag.page
            storage[count] = GlobalToken.switchPage
            storage[count &+ 1] = page
            count &+= 2
        }
        storage[count] = tag.token | content
        count &+= 1
    }
    /// Room for them must be there.
    @inlinable mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        let start = count
        unsafe storage.withUnsafeMutableBufferPointer { all in
            guard let base = all.baseAddress, all.count &- start >= bytes.count else { return }
            unsafe memcpy(base + start, source, bytes.count)
        }
        count &+= bytes.count
    }
    /// `isProven`: the text comes out of a String and so is UTF-8.
    @inlinable mutating func put(_ tag: WBXMLTag, text: UnsafeBufferPointer<UInt8>, isProven: Bool) {
        guard !text.isEmpty else { return empty(tag) }
        guard unsafe Self.isClean(text, isProven: isProven) else { return unsafe putCleaned(tag, text) }
        reserve(text.count + 6)
        put(tag, content: GlobalToken.content)
        storage[count] = GlobalToken.inlineString
        count &+= 1
        unsafe copy(text)
        storage[count] = 0
        storage[count &+ 1] = GlobalToken.end
        count &+= 2
    }
    /// One branch-free pass over the text; only a suspicion looks closer. 0xEF begins U+FFFE and U+FFFF, and much that is harmless.
    @inlinable static func isClean(_ text: UnsafeBufferPointer<UInt8>, isProven: Bool) -> Bool {
        var control: UInt8 = 0, high: UInt8 = 0, suspect: UInt8 = 0
        for index in 0..<text.count {
            let byte = unsafe text[index]
            high |= byte
            control |= (byte < 32 ? 1 : 0) & (byte != 9 ? 1 : 0) & (byte != 10 ? 1 : 0) & (byte != 13 ? 1 : 0)
            suspect |= byte == 0xEF ? 1 : 0
        }
        if control != 0 { return false }
        if high < 0x80 { return true }
        if suspect != 0 || !isProven { return unsafe isCleanUTF8(text) }
        return true
    }
    @usableFromInline static func isCleanUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index + 2 < text.count {
            if unsafe text[index] == 0xEF, unsafe text[index + 1] == 0xBF, unsafe text[index + 2] >= 0xBE { return false }
            index += 1
        }
        return unsafe (try? UTF8Span(validating: text.span)) != nil
    }
    @usableFromInline mutating func putCleaned(_ tag: WBXMLTag, _ text: UnsafeBufferPointer<UInt8>) {
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
