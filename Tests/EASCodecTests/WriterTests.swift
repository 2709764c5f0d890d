import Bytes
@testable import EASCodec
import TestSupport
import Testing

@Suite struct WriterTests {
    func written(_ body: (inout TokenWriter) -> Void) -> [UInt8] {
        var writer = TokenWriter(capacity: 0)
        writer.open(AirSync.sync)
        body(&writer)
        writer.close()
        return writer.finish()
    }
    func text(_ body: (inout TokenWriter) -> Void) throws -> String? {
        try Events.read(written(body)).first { $0.hasPrefix("T ") }.map { String($0.dropFirst(2)) }
    }

    /// What goes in, and what a phone reads.
    static let texts: [(String, String?)] = [
        ("", nil), ("a", "a"), ("line\r\n\tnext", "line\r\n\tnext"), ("a\u{0}b", "ab"), ("\u{0}", nil), ("\u{1}\u{b}\u{c}\u{1f}x\u{7f}", "x\u{7f}"), ("żółw 日本 🙂", "żółw 日本 🙂"),
        ("a\u{FFFE}b\u{FFFF}c", "abc"), ("\u{FFFD}\u{FEFF}\u{F8FF}", "\u{FFFD}\u{FEFF}\u{F8FF}"), ("\u{85}\u{2028}", "\u{85}\u{2028}"), ("\u{D7FF}\u{E000}\u{10FFFF}", "\u{D7FF}\u{E000}\u{10FFFF}"),
    ]
    // MS-ASCMD_R88 MS-ASCMD_R91 MS-ASPROV_R88 MS-ASPROV_R91
    @Test(arguments: Self.texts) func textLosesWhatXMLCannotHold(_ row: (String, String?)) throws {
        #expect(try text { $0.element(AirSync.syncKey, row.0) } == row.1)
        #expect(try text { $0.element(AirSync.syncKey, utf8: Array(row.0.utf8)) } == row.1)
        // Beside other text, so that it lies in every place of a block of 32.
        for length in 0..<40 {
            let around = String(repeating: "x", count: length)
            #expect(try text { $0.element(AirSync.syncKey, around + row.0 + "y" + around) } == around + (row.1 ?? "") + "y" + around)
            #expect(try text { $0.element(AirSync.syncKey, utf8: Array((around + row.0 + "y" + around).utf8)) } == around + (row.1 ?? "") + "y" + around)
        }
    }
    static let octets: [[UInt8]] = [
        [0xFF], [0xC3], [0xC3, 0x28], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80],
        [0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x99], [0xEF, 0xBF], [0xE1, 0x80, 0xC0],
    ]
    @Test(arguments: Self.octets) func octetsThatAreNoTextBecomeReplacements(_ octets: [UInt8]) throws {
        for before in [0, 1, 7, 8, 25, 31, 32, 40] {
            let bytes = [UInt8](repeating: 0x61, count: before) + octets + [0x62]
            let found = try #require(try text { $0.element(AirSync.syncKey, utf8: bytes) })
            #expect(found == String(decoding: bytes, as: UTF8.self))
            #expect(found.contains("\u{FFFD}"))
        }
    }
    /// The fast check against the standard library's, on text of every kind and length.
    @Test func theFastCheckIsTheStandardLibrarys() {
        var random = SeededGenerator(seed: 3)
        let pieces: [[UInt8]] = ["a", "\r\n", "\t", "é", "日", "🙂", "\u{FFFE}", "\u{0}", "\u{1F}", " ", "plain words in a row", "\u{F0}"].map { Array($0.utf8) } + Self.octets
        for _ in 0..<Self.rounds {
            var bytes: [UInt8] = []
            let kinds = random.next() % 4 == 0 ? pieces.count : 6
            for _ in 0..<(random.next() % 24) { bytes += pieces[Int(random.next() % UInt64(kinds))] }
            let text = String(validating: bytes, as: UTF8.self)
            let isXML = text?.unicodeScalars.allSatisfy { [9, 10, 13].contains($0.value) || $0.value >= 32 && $0.value != 0xFFFE && $0.value != 0xFFFF }
            let found = unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe (TextCheck.isUTF8(buffer), TextCheck.isXMLText(buffer))
            }
            var isPlain = true
            let copied = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
                unsafe bytes.withUnsafeBufferPointer { source in
                    guard let from = source.baseAddress, let to = room.baseAddress else { return }
                    unsafe isPlain = TextCheck.copyPlain(from, source.count, to: to)
                }
                count = bytes.count
            }
            #expect(copied == bytes)
            // A tab may be left to the slower check.
            if isPlain { #expect(isXML == true, "\(bytes)") }
            if bytes.allSatisfy({ (32...126).contains($0) || $0 == 13 || $0 == 10 }) { #expect(isPlain, "\(bytes)") }
            #expect(found.0 == (text != nil), "\(bytes)")
            #expect(found.1 == (isXML ?? false), "\(bytes)")
        }
    }
    static let rounds = 4000

    static let numbers = [0, 1, 9, 10, 99, 100, 12345, -1, -9, -10, 999_999_999_999, 1_000_000_000_000_000_000, Int.max, Int.min]
    // MS-ASCMD_R87 MS-ASPROV_R87
    @Test(arguments: Self.numbers) func writesNumbers(_ number: Int) throws {
        #expect(try text { $0.element(AirSync.windowSize, number) } == String(number))
    }
    // MS-ASAIRS_R5 MS-ASAIRS_R7 MS-ASEMAIL_R5 MS-ASEMAIL_R7 MS-ASPROV_R5 MS-ASPROV_R7
    @Test func writesFlagsAndEmptyElementsInTheirShortestForm() {
        #expect(Hex.encode(written { $0.empty(AirSync.moreAvailable) }) == "03016a00451401")
        #expect(Hex.encode(written { $0.element(AirSync.syncKey, "") }) == "03016a00450b01")
        #expect(Hex.encode(written { $0.element(Email.read, true); $0.element(Email.read, false) }) == "03016a0045000255033100015503300001" + "01")
    }
    @Test func switchesThePageOnlyWhereItMust() {
        let document = written { writer in
            writer.element(AirSyncBase.body) { $0.element(AirSyncBase.type, 1); $0.element(AirSyncBase.data, "x") }
            writer.element(AirSync.syncKey, "1")
        }
        #expect(Hex.encode(document) == "03016a004500114a460331" + "00014b0378000101" + "00004b0331000101")
    }
    // MS-ASCON_R97 MS-ASCON_R98 MS-ASEMAIL_R97 MS-ASEMAIL_R98
    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 2_097_152]) func writesOpaqueOfAnyLength(_ count: Int) throws {
        let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let tree = try WBXMLElement(document: written { $0.element(ComposeMail.mime, opaque: data) })
        #expect(tree[ComposeMail.mime]?.content == data)
        #expect(tree[ComposeMail.mime]?.isOpaque == true)
    }
    @Test func takesBackWhatCameAfterAMark() throws {
        let plain = written { $0.element(AirSync.status, 1); $0.element(Email.read, 1) }
        let rewound = written { writer in
            writer.element(AirSync.status, 1)
            let mark = writer.mark
            writer.open(AirSyncBase.body)
            writer.element(AirSyncBase.data, String(repeating: "x", count: 5000))
            writer.rewind(to: mark)
            writer.element(Email.read, 1)
        }
        #expect(rewound == plain)
    }
    @Test func growsAsFarAsItMust() throws {
        let document = written { for number in 0..<10_000 { $0.element(AirSync.serverId, number) } }
        #expect(try WBXMLElement(document: document).children.map(\.text) == (0..<10_000).map(String.init))
    }
}
