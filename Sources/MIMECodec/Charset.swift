import Bytes
import CIconv

/// Text in any charset of mail to UTF-8, by a list of allowed names; the only file that knows iconv. Never fails: what is bad becomes U+FFFD.
/// 1. The result is well-formed UTF-8 and little longer than `limit`.
/// 2. The time is linear in the octets.
package enum Charset {
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    package static func isKnown(_ name: String) -> Bool { CharsetNames.find(name) != nil }
    /// The Windows code page number of a charset, for ActiveSync's InternetCPID; 65001 where it has none.
    package static func codePage(_ name: String) -> Int { CharsetNames.find(name)?.codePage ?? 65001 }

    /// UTF-8 from octets in a charset. Unknown, missing and plain wrong names: UTF-8 where the octets are that, else windows-1252.
    package static func utf8(_ octets: [UInt8], charset: String?, limit: Int = Limits.decodedText) -> [UInt8] {
        let source = octets.count > limit ? Array(octets[..<max(limit, 0)]) : octets
        guard let charset, let entry = CharsetNames.find(charset) else { return guessed(source) }
        switch entry.decoder {
        case .ascii: return guessed(source)
        case .utf8: return isWellFormed(source) ? source : repaired(source)
        // Mail that says latin 1 means its superset: C1 controls have no use in mail.
        case .windows1252: return source.allSatisfy({ $0 < 0x80 }) ? source : fromWindows1252(source)
        case .hz: return converted(fromHZ(source), "GB18030", unit: 1, limit: limit) ?? guessed(source)
        case .iconv(let name, let unit): return converted(source, name.text, unit: unit, limit: limit) ?? guessed(source)
        }
    }
    /// The same as text.
    package static func text(_ octets: [UInt8], charset: String?) -> String { String(decoding: utf8(octets, charset: charset), as: UTF8.self) }

    /// UTF-8 where it is; else a charset that the message names elsewhere; else windows-1252, in which every octet means something.
    static func guessed(_ octets: [UInt8], fallback: String? = nil) -> [UInt8] {
        if isWellFormed(octets) { return octets }
        if let fallback, case .iconv(let name, unit: 1)? = CharsetNames.find(fallback)?.decoder,
            let text = converted(octets, name.text, unit: 1, limit: Limits.decodedText)
        {
            return text
        }
        return fromWindows1252(octets)
    }

    /// Whether the octets are UTF-8 (RFC 3629 §4), a sequence cut off at the very end let through.
    static func isWellFormed(_ octets: [UInt8]) -> Bool {
        var place = 0
        let count = octets.count
        while place < count {
            let first = octets[place]
            if first < 0x80 { place += 1; continue }
            let length: Int
            switch first {
            case 0xC2...0xDF: length = 2
            case 0xE0...0xEF: length = 3
            case 0xF0...0xF4: length = 4
            default: return false
            }
            guard place + length <= count else { return false }
            let second = octets[place + 1]
            let lowest: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
            let highest: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
            guard second >= lowest, second <= highest else { return false }
            for index in 2..<max(length, 2) where octets[place + index] & 0xC0 != 0x80 { return false }
            place += length
        }
        return true
    }
    /// Bad sequences replaced.
    static func repaired(_ octets: [UInt8]) -> [UInt8] { Array(String(decoding: octets, as: UTF8.self).utf8) }

    private static let upper: [UInt16] = [
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
        0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    ]
    private static func fromWindows1252(_ octets: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(octets.count + octets.count / 8)
        for octet in octets {
            if octet < 0x80 { text.append(octet); continue }
            let value = octet < 0xA0 ? upper[Int(octet) - 0x80] : UInt16(octet)
            if value < 0x800 {
                text.append(UInt8(0xC0 | value >> 6))
            } else {
                text.append(UInt8(0xE0 | value >> 12))
                text.append(UInt8(0x80 | value >> 6 & 0x3F))
            }
            text.append(UInt8(0x80 | value & 0x3F))
        }
        return text
    }
    /// HZ (RFC 1843) to GB 2312 with high bits: `~{` … `~}`, `~~`, `~` at a line's end.
    private static func fromHZ(_ octets: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(octets.count)
        var isWide = false
        var place = 0
        while place < octets.count {
            let octet = octets[place]
            let next = place + 1 < octets.count ? octets[place + 1] : 0
            if octet == 0x7E, next == 0x7B || next == 0x7D || next == 0x7E || next == 10 {
                if next == 0x7E { text.append(0x7E) } else if next != 10 { isWide = next == 0x7B }
                place += 2
            } else if octet == 10 {
                isWide = false  // a line end ends the mode (RFC 1843 §4.2)
                text.append(octet)
                place += 1
            } else if isWide, octet > 0x20, octet < 0x7F, next > 0x20, next < 0x7F {
                text.append(octet | 0x80)
                text.append(next | 0x80)
                place += 2
            } else {
                text.append(octet)
                place += 1
            }
        }
        return text
    }

    /// nil where this system's iconv has no such converter.
    private static func converted(_ octets: [UInt8], _ name: String, unit: Int, limit: Int) -> [UInt8]? {
        guard let handle = unsafe iconv_open("UTF-8", name), Int(bitPattern: handle) != -1 else { return nil }
        defer { _ = unsafe iconv_close(handle) }
        var text: [UInt8] = []
        text.reserveCapacity(min(octets.count + octets.count / 2, limit) + 16)
        var source = octets
        var buffer = [UInt8](repeating: 0, count: 4_096)
        unsafe source.withUnsafeMutableBytes { raw in
            let base = unsafe raw.bindMemory(to: CChar.self).baseAddress
            var place = 0
            while place < raw.count, text.count < limit {
                place += unsafe step(handle, base.map { unsafe $0 + place }, raw.count - place, unit, &buffer, &text)
            }
        }
        if text.count < limit { unsafe flush(handle, &text) }
        return isWellFormed(text) ? text : repaired(text)
    }
    /// A character that waits for a combining one comes out at the end: windows-1255 and -1258 are such.
    private static func flush(_ handle: iconv_t, _ text: inout [UInt8]) {
        let made = unsafe [UInt8](unsafeUninitializedCapacity: 64) { buffer, written in
            var target = unsafe UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
            var room = 64
            _ = unsafe iconv(handle, nil, nil, &target, &room)
            written = 64 - room
        }
        text += made
    }
    /// Converts what fits the buffer; returns how many octets were taken, at least one.
    private static func step(
        _ handle: iconv_t, _ source: UnsafeMutablePointer<CChar>?, _ count: Int, _ unit: Int, _ buffer: inout [UInt8], _ text: inout [UInt8]
    ) -> Int {
        var input = unsafe source
        var left = count
        var failure: Int32 = 0
        let made = unsafe buffer.withUnsafeMutableBytes { raw -> Int in
            var target = unsafe raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            var room = raw.count
            let result = unsafe iconv(handle, &input, &left, &target, &room)
            if result == Int(bitPattern: UInt.max) { failure = martlet_errno() }
            return raw.count - room
        }
        text += buffer[..<made]
        var taken = count - left
        switch failure {
        case EILSEQ:
            text += replacement
            taken += min(unit, left)
        case EINVAL:  // cut off in the middle of a character
            text += replacement
            taken = count
        case E2BIG: if taken == 0, made == 0 { taken = count }  // cannot be: the buffer holds any character
        default: if taken == 0 { taken = count }
        }
        return taken
    }
}
