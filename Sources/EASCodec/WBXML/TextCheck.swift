import Bytes

/// Whether octets are UTF-8, and fit for XML: eight octets at a time while they are plain. (RFC 3629 §4; XML 1.0 §2.2)
enum TextCheck {
    /// UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
    static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return true }
        let raw = unsafe UnsafeRawPointer(base), count = text.count
        var index = 0
        while index < count {
            while index &+ 32 <= count, unsafe isASCII(raw + index) { index &+= 32 }
            while index &+ 8 <= count, unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & high == 0 { index &+= 8 }
            // The last few octets again, together with some that were already found plain.
            if count &- index < 8, count >= 8, unsafe raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self) & high == 0 { return true }
            let end = min(index &+ 8, count)
            while index < end {
                if unsafe base[index] < 0x80 { index &+= 1; continue }
                let length = unsafe sequence(base + index, count &- index)
                guard length > 0 else { return false }
                index &+= length
            }
        }
        return true
    }
    /// UTF-8 without what XML cannot hold: controls but TAB, LF and CR; U+FFFE and U+FFFF. `isProven`: it is known to be UTF-8.
    static func isXMLText(_ text: UnsafeBufferPointer<UInt8>, isProven: Bool) -> Bool {
        guard let base = text.baseAddress else { return true }
        let raw = unsafe UnsafeRawPointer(base), count = text.count
        var index = 0, seen: UInt64 = 0
        while index &+ 32 <= count {
            let here = unsafe raw + index
            let a = unsafe here.loadUnaligned(as: UInt64.self), b = unsafe here.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            let c = unsafe here.loadUnaligned(fromByteOffset: 16, as: UInt64.self), d = unsafe here.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            if (odd(a) | odd(b) | odd(c) | odd(d)) & high != 0 {
                guard (refused(a) | refused(b) | refused(c) | refused(d)) & high == 0 else { return false }
                seen |= a | b | c | d
            }
            index &+= 32
        }
        while index &+ 8 <= count {
            let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard refused(word) & high == 0 else { return false }
            seen |= word
            index &+= 8
        }
        if index < count {
            // Fewer than eight are left: some are looked at twice, or they are put into a word of blanks.
            var word = unsafe count >= 8 ? raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self) : 0x2020_2020_2020_2020
            if count < 8 { for place in 0..<count { word = word << 8 | UInt64(unsafe base[place]) } }
            guard refused(word) & high == 0 else { return false }
            seen |= word
        }
        if seen & high == 0 { return true }
        guard unsafe isProven || isUTF8(text) else { return false }
        return unsafe text.span.firstIndex(of: 0xEF, in: 0..<count) == nil || hasNoNoncharacter(text)
    }

    private static let high: UInt64 = 0x8080_8080_8080_8080
    private static let every: UInt64 = 0x0101_0101_0101_0101

    @inline(__always) private static func isASCII(_ at: UnsafeRawPointer) -> Bool {
        let a = unsafe at.loadUnaligned(as: UInt64.self), b = unsafe at.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let c = unsafe at.loadUnaligned(fromByteOffset: 16, as: UInt64.self), d = unsafe at.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        return (a | b | c | d) & high == 0
    }
    /// Eight octets at once: a top bit is set where one of them is above ASCII or a control other than LF and CR; in few steps, as most text has none.
    @inline(__always) private static func odd(_ x: UInt64) -> UInt64 {
        ~(x &+ 0x60 &* every) & ((x ^ 10 &* every) &+ 0x7F &* every) & ((x ^ 13 &* every) &+ 0x7F &* every) | x
    }
    /// Eight octets at once: the top bit of each is set where the octet is a control other than TAB, LF and CR.
    /// Without the top bits no sum reaches the next octet. y + 0x60 has the top bit from 32 on; (y ^ c) + 0x7F has it but for c.
    @inline(__always) private static func refused(_ x: UInt64) -> UInt64 {
        let y = x & ~high
        return ~(y &+ 0x60 &* every | x) & ((y ^ 9 &* every) &+ 0x7F &* every) & ((y ^ 10 &* every) &+ 0x7F &* every) & ((y ^ 13 &* every) &+ 0x7F &* every)
    }
    /// Neither U+FFFE nor U+FFFF, in what is UTF-8.
    private static func hasNoNoncharacter(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index &+ 2 < text.count {
            if unsafe text[index] == 0xEF, unsafe text[index &+ 1] == 0xBF, unsafe text[index &+ 2] >= 0xBE { return false }
            index &+= 1
        }
        return true
    }

    /// Octets of the sequence that begins here with one above ASCII; 0 where it is none. (RFC 3629 §4, the table UTF8-2 to UTF8-4)
    private static func sequence(_ at: UnsafePointer<UInt8>, _ left: Int) -> Int {
        let first = unsafe at[0]
        guard first >= 0xC2, first <= 0xF4, left >= 2 else { return 0 }
        let second = unsafe at[1]
        if first < 0xE0 { return second & 0xC0 == 0x80 ? 2 : 0 }
        guard left >= 3, unsafe at[2] & 0xC0 == 0x80 else { return 0 }
        switch first {
        case 0xE0: return second >= 0xA0 && second <= 0xBF ? 3 : 0
        case 0xED: return second >= 0x80 && second <= 0x9F ? 3 : 0
        case 0xE1...0xEF: return second & 0xC0 == 0x80 ? 3 : 0
        default: break
        }
        guard left >= 4, unsafe at[3] & 0xC0 == 0x80 else { return 0 }
        switch first {
        case 0xF0: return second >= 0x90 && second <= 0xBF ? 4 : 0
        case 0xF4: return second >= 0x80 && second <= 0x8F ? 4 : 0
        default: return second & 0xC0 == 0x80 ? 4 : 0
        }
    }
}
