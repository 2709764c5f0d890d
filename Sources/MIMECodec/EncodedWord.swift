import Bytes

/// Encoded words of RFC 2047, both ways. Decoding is lenient (spaces inside, broken joins, any length), linear, and never fails.
package enum EncodedWord {
    /// Unicode text of an unfolded field: encoded words decoded, raw 8-bit guessed, controls turned to spaces.
    /// `fallback`: the charset of raw 8-bit text that is not UTF-8, when the message names one for its body.
    package static func decode(_ text: [UInt8], fallback: String? = nil) -> String {
        let bounded = text.count > Limits.fieldOctets ? Array(text[..<Limits.fieldOctets]) : text
        guard bounded.contains(where: { $0 >= 0x7F || $0 < 0x20 || $0 == 0x3D }) else { return String(decoding: bounded, as: UTF8.self) }
        var reader = Reader(bounded, fallback)
        return String(decoding: withoutControls(reader.run()), as: UTF8.self)
    }
    /// C0 and DEL are nothing to show; a line of a list is one line.
    static func withoutControls(_ text: [UInt8]) -> [UInt8] { text.map { $0 < 32 || $0 == 127 ? 32 : $0 } }

    private struct Word { let charset: String; let octets: [UInt8]; let end: Int }

    private struct Reader {
        let text: [UInt8]
        var result: [UInt8] = []
        /// Octets of words that follow each other in one charset: a character may be cut between them.
        var pending: [UInt8] = []
        var charset = ""
        /// No `?=` comes after this place any more.
        var lastEnd: Int

        let fallback: String?

        init(_ text: [UInt8], _ fallback: String?) {
            self.text = text
            self.fallback = fallback
            lastEnd = text.count
            while lastEnd >= 2, !(text[lastEnd - 2] == 0x3F && text[lastEnd - 1] == 0x3D) { lastEnd -= 1 }
        }
        mutating func run() -> [UInt8] {
            var place = 0
            var plainStart = 0
            while place < text.count {
                guard text[place] == 0x3D, place + 1 < text.count, text[place + 1] == 0x3F, let word = word(at: place) else { place += 1; continue }
                // White space between two encoded words is not shown. (RFC 2047 §6.2)
                let between = text[plainStart..<place]
                let isJoined = !charset.isEmpty && between.allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 || $0 == 10 }
                if !isJoined || charset != word.charset { flush() }
                if !isJoined { result += Charset.guessed(Array(between), fallback: fallback) }
                charset = word.charset
                pending += word.octets
                place = word.end
                plainStart = place
            }
            flush()
            result += Charset.guessed(Array(text[plainStart...]), fallback: fallback)
            return result
        }
        private mutating func flush() {
            if !pending.isEmpty { result += Charset.utf8(pending, charset: charset) }
            pending = []
            charset = ""
        }
        /// "=?" charset "?" encoding "?" encoded-text "?=" (RFC 2047 §2)
        private func word(at start: Int) -> Word? {
            var place = start + 2
            let nameEnd = min(lastEnd, place + Limits.charsetNameOctets)
            while place < nameEnd, text[place] != 0x3F, text[place] > 32 { place += 1 }
            guard place + 2 < lastEnd, text[place] == 0x3F, text[place + 2] == 0x3F, place > start + 2 else { return nil }
            let name = CharsetNames.normalized(String(decoding: text[(start + 2)..<place], as: UTF8.self))
            let encoding = ASCII.lower(text[place + 1])
            guard encoding == 0x62 || encoding == 0x71 else { return nil }
            place += 3
            let contents = place
            while place + 1 < lastEnd, !(text[place] == 0x3F && text[place + 1] == 0x3D) { place += 1 }
            guard place + 1 < lastEnd else { return nil }
            let encoded = Array(text[contents..<place])
            return Word(charset: name, octets: encoding == 0x62 ? TransferDecoding.base64(encoded) : Self.q(encoded), end: place + 2)
        }
        /// The Q encoding (RFC 2047 §4.2).
        private static func q(_ encoded: [UInt8]) -> [UInt8] {
            var octets: [UInt8] = []
            octets.reserveCapacity(encoded.count)
            var place = 0
            while place < encoded.count {
                if encoded[place] == 0x3D, place + 2 < encoded.count, let high = Hex.value(encoded[place + 1]), let low = Hex.value(encoded[place + 2]) {
                    octets.append(high << 4 | low)
                    place += 3
                } else {
                    octets.append(encoded[place] == 0x5F ? 32 : encoded[place])
                    place += 1
                }
            }
            return octets
        }
    }

    // MARK: Writing

    /// ASCII text for a header: as it stands where it is printable ASCII and cannot be taken for an encoded word, else encoded words in UTF-8,
    /// none over 75 characters, with a space between. (RFC 2047 §2) Controls become spaces: nothing can begin another field.
    package static func encode(_ text: String) -> [UInt8] {
        let plain = withoutControls(Array(text.utf8))
        if plain.allSatisfy({ $0 < 127 }), !contains(plain, [0x3D, 0x3F]) { return plain }
        return words(String(decoding: plain, as: UTF8.self))
    }
    /// Encoded words whatever the text: B in UTF-8. Characters are not cut. (RFC 2047 §5)
    static func words(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        var part: [UInt8] = []
        func flush() {
            guard !part.isEmpty else { return }
            if !result.isEmpty { result.append(32) }
            result += Array("=?utf-8?B?".utf8) + Base64.encode(part) + [0x3F, 0x3D]
            part = []
        }
        for scalar in text.unicodeScalars {
            let octets = Array(String(scalar).utf8)
            if part.count + octets.count > 45 { flush() }  // 45 octets are 60 characters, 72 with the frame
            part += octets
        }
        flush()
        return result
    }
    static func contains(_ text: [UInt8], _ pair: [UInt8]) -> Bool {
        for place in text.indices.dropLast() where text[place] == pair[0] && text[place + 1] == pair[1] { return true }
        return false
    }
}
