import Bytes
import CText

/// Whether octets are UTF-8, and fit for XML: many octets at a time. (RFC 3629 §4; XML 1.0 §2.2)
enum TextCheck {
    /// UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. Pure Swift: this is what the reader asks.
    static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return true }
        let raw = unsafe UnsafeRawPointer(base), count = text.count
        var index = 0
        while index < count {
            if index &+ 8 <= count {
                let marks = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & high
                if marks == 0 {
                    index &+= 8
                    while index &+ 32 <= count, unsafe isASCII(raw + index) { index &+= 32 }
                    continue
                }
                index &+= marks.trailingZeroBitCount &>> 3
            }
            if unsafe base[index] < 0x80 {
                index &+= 1
                continue
            }
            let length = unsafe sequence(base + index, count &- index)
            guard length > 0 else { return false }
            index &+= length
        }
        return true
    }
    /// UTF-8 without what XML cannot hold: controls but TAB, LF and CR; U+FFFE and U+FFFF.
    static func isXMLText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return true }
        return unsafe martlet_is_xml_text(base, text.count) != 0
    }

    /// Copies, and says whether all of it is ASCII that XML can hold; false leaves it to `isXMLText`. Room is there.
    @inline(__always) static func copyPlain(_ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>) -> Bool {
        if count >= 32 { return unsafe martlet_copy_plain(source, count, target) != 0 }
        let from = unsafe UnsafeRawPointer(source), to = UnsafeMutableRawPointer(target)
        guard count >= 16 else { return unsafe copyShort(from, count, to: to) }
        let a = unsafe from.loadUnaligned(as: UInt64.self), b = unsafe from.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let c = unsafe from.loadUnaligned(fromByteOffset: count &- 16, as: UInt64.self)
        let d = unsafe from.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        unsafe to.storeBytes(of: a, as: UInt64.self)
        unsafe to.storeBytes(of: b, toByteOffset: 8, as: UInt64.self)
        unsafe to.storeBytes(of: c, toByteOffset: count &- 16, as: UInt64.self)
        unsafe to.storeBytes(of: d, toByteOffset: count &- 8, as: UInt64.self)
        return (odd(a) | odd(b) | odd(c) | odd(d)) & high == 0
    }
    /// One to fifteen octets, in two steps that may overlap.
    @inline(__always) private static func copyShort(_ from: UnsafeRawPointer, _ count: Int, to: UnsafeMutableRawPointer) -> Bool {
        if count >= 8 {
            let a = unsafe from.loadUnaligned(as: UInt64.self), b = unsafe from.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            unsafe to.storeBytes(of: a, as: UInt64.self)
            unsafe to.storeBytes(of: b, toByteOffset: count &- 8, as: UInt64.self)
            return (odd(a) | odd(b)) & high == 0
        }
        if count >= 4 {
            let a = unsafe from.loadUnaligned(as: UInt32.self), b = unsafe from.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            unsafe to.storeBytes(of: a, as: UInt32.self)
            unsafe to.storeBytes(of: b, toByteOffset: count &- 4, as: UInt32.self)
            return odd(UInt64(a) | UInt64(b) << 32) & high == 0
        }
        var word: UInt64 = 0x2020_2020_2020_2020
        for index in 0..<count {
            let octet = unsafe from.load(fromByteOffset: index, as: UInt8.self)
            unsafe to.storeBytes(of: octet, toByteOffset: index, as: UInt8.self)
            word = word << 8 | UInt64(octet)
        }
        return odd(word) & high == 0
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

    /// Octets of the sequence that begins here with one above ASCII; 0 where it is none. (RFC 3629 §4, the table UTF8-2 to UTF8-4)
    @inline(__always) private static func sequence(_ at: UnsafePointer<UInt8>, _ left: Int) -> Int {
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
