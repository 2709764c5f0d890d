import Bytes
import CIconv

/// Substrings in octets, in linear time: glibc's memmem is the two-way algorithm. Knows no letters.
enum TextSearch {
    static func find(_ wanted: [UInt8], in text: Span<UInt8>) -> Bool {
        guard !wanted.isEmpty else { return true }
        guard wanted.count <= text.count else { return false }
        return unsafe text.withUnsafeBufferPointer { text in
            unsafe wanted.withUnsafeBufferPointer { wanted in
                unsafe memmem(text.baseAddress, text.count, wanted.baseAddress, wanted.count) != nil
            }
        }
    }
    /// ASCII letters lowered, everything else as it is.
    static func lowered(_ text: Span<UInt8>) -> [UInt8] {
        let count = text.count
        return unsafe text.withUnsafeBufferPointer { source in
            unsafe [UInt8](unsafeUninitializedCapacity: count) { target, written in
                // Plain stores over plain loads, so that the compiler uses vectors.
                for index in 0..<count { unsafe target[index] = ASCII.lower(source[index]) }
                written = count
            }
        }
    }
}

/// Text to be found in decoded text, letter case folded: what IMAP SEARCH and ActiveSync Search ask for. (RFC 3501 §6.4.4; RFC 5051)
package struct TextPattern: Sendable {
    private let folded: [UInt8]
    private let isASCII: Bool

    /// UTF-8; the caller converts from SEARCH's CHARSET by `Charset.utf8`.
    package init(_ text: [UInt8]) {
        isASCII = text.allSatisfy { $0 < 0x80 }
        folded = Self.fold(text.span, isASCII: isASCII)
    }
    package init(_ text: String) { self.init(Array(text.utf8)) }
    package var isEmpty: Bool { folded.isEmpty }

    /// Whether decoded UTF-8 text contains the pattern.
    package func matches(_ text: Span<UInt8>) -> Bool {
        folded.isEmpty || TextSearch.find(folded, in: Self.fold(text, isASCII: isASCII).span)
    }
    package func matches(_ text: [UInt8]) -> Bool { matches(text.span) }
    package func matches(_ text: String) -> Bool { matches(Array(text.utf8).span) }

    /// An ASCII pattern needs no more than ASCII lowered; for others every letter is.
    private static func fold(_ text: Span<UInt8>, isASCII: Bool) -> [UInt8] {
        let lowered = TextSearch.lowered(text)
        guard !isASCII, lowered.contains(where: { $0 >= 0x80 }) else { return lowered }
        var result: [UInt8] = []
        result.reserveCapacity(lowered.count)
        for scalar in String(decoding: lowered, as: UTF8.self).unicodeScalars {
            if scalar.isASCII { result.append(UInt8(scalar.value)) } else { result += Array(scalar.properties.lowercaseMapping.utf8) }
        }
        return result
    }
}
