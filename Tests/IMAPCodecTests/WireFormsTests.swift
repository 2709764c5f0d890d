import Bytes
@testable import IMAPCodec
import Model
import Testing

/// The small forms: names, patterns, dates, strings, sets.
struct WireFormsTests {
    static let names: [(String, String?)] = [
        ("INBOX", "INBOX"), ("&AOQ-", "ä"), ("a&-b", "a&b"), ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"), ("&2D3eAA-", "\u{1F600}"),
        ("a&b", nil), ("&", nil), ("&AOQ", nil), ("&2D0-", nil), ("&AOR-", nil), ("&A-", nil), ("&*-", nil), ("&AGE-", "a"), ("ä", "ä"),
    ]
    @Test(arguments: Self.names) func modifiedUTF7(_ wire: String, _ name: String?) {
        #expect(ModifiedUTF7.decode(Array(wire.utf8)) == name)
        if let name, wire != "&AGE-", wire != "ä" { #expect(String(decoding: ModifiedUTF7.encode(name), as: UTF8.self) == wire) }
    }
    @Test func everyNameComesBack() {
        var seed: UInt64 = 7
        func random(_ limit: UInt32) -> UInt32 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt32(truncatingIfNeeded: seed >> 33) % limit
        }
        for _ in 0..<500 {
            var name = String.UnicodeScalarView()
            for _ in 0...random(12) { if let scalar = Unicode.Scalar(random(3) == 0 ? random(0x11_0000) : 1 + random(126)) { name.append(scalar) } }
            let wire = ModifiedUTF7.encode(String(name))
            #expect(wire.allSatisfy { $0 >= 32 && $0 < 127 })
            if !name.isEmpty { #expect(ModifiedUTF7.decode(wire) == String(name)) }
        }
        #expect(ModifiedUTF7.decode([0xFF, 0xFE]) == nil)
    }

    static let patterns: [(String, String, Bool)] = [
        ("*", "a/b/c", true), ("%", "a", true), ("%", "a/b", false), ("a/%", "a/b", true), ("a/%", "a/b/c", false), ("a/*", "a/b/c", true),
        ("a/*", "a", false), ("a*", "a", true), ("%/%", "a/b", true), ("%b", "ab", true), ("*b*", "abc/x", true), ("", "a", false), ("", "", true),
        ("inbox", "INBOX", true), ("InBox/%", "INBOX/x", true), ("inboxes", "inboxes", true), ("inbox", "inbox", false), ("%*%", "a/b", true),
        ("a%c", "abbc", true), ("a%c", "ab/c", false), ("*c", "a/c", true), ("Inb%", "INBOX", false),
    ]
    @Test(arguments: Self.patterns) func listPatterns(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(ListPattern(pattern).matches(name) == matches)
    }
    @Test func starsDoNotMultiply() {
        let pattern = ListPattern(String(repeating: "*a", count: 200))
        #expect(!pattern.matches(String(repeating: "a", count: 190) + String(repeating: "b", count: 800)))
    }

    static let dates: [(Int64, String)] = [
        (0, "\" 1-Jan-1970 00:00:00 +0000\""), (837_571_465, "\"17-Jul-1996 02:44:25 +0000\""), (951_782_400, "\"29-Feb-2000 00:00:00 +0000\""),
        (-1, "\"31-Dec-1969 23:59:59 +0000\""), (4_107_542_399, "\"28-Feb-2100 23:59:59 +0000\""), (.max / 1000, "\"31-Dec-9999 23:59:59 +0000\""),
        (.min / 1000, "\" 1-Jan-0000 00:00:00 +0000\""),
    ]
    @Test(arguments: Self.dates) func internalDates(_ seconds: Int64, _ text: String) throws {
        var out = ByteBuffer()
        InternalDate.write(Timestamp(seconds: seconds), to: &out)
        #expect(String(decoding: out.bytes, as: UTF8.self) == text)
        guard abs(seconds) < 5_000_000_000 else { return }
        let bytes = out.bytes
        var cursor = ByteCursor(bytes.span)
        #expect(try InternalDate.parse(&cursor) == Timestamp(seconds: seconds))
    }

    static let strings: [(String, String)] = [
        ("", "\"\""), ("a b", "\"a b\""), ("a\"b\\", "\"a\\\"b\\\\\""), ("a\r\nb", "{4}\r\na\r\nb"), ("ä", "{2}\r\nä"),
        (String(repeating: "x", count: 1_025), "{1025}\r\n" + String(repeating: "x", count: 1_025)),
    ]
    @Test(arguments: Self.strings) func stringsAreQuotedOrLiteral(_ text: String, _ wire: String) {
        var out = ByteBuffer()
        ResponseWriter.string(Array(text.utf8), to: &out)
        #expect(String(decoding: out.bytes, as: UTF8.self) == wire)
    }
    @Test func flagsSetsAndSections() {
        func text(_ write: (inout ByteBuffer) -> Void) -> String {
            var out = ByteBuffer()
            write(&out)
            return String(decoding: out.bytes, as: UTF8.self)
        }
        #expect(text { ResponseWriter.flags([], [], to: &$0) } == "()")
        #expect(text { ResponseWriter.flags([.seen, .forwarded], ["w"], isRecent: true, to: &$0) } == "(\\Seen \\Recent $Forwarded w)")
        #expect(text { ResponseWriter.flags([.flagCompleted], [], to: &$0) } == "()")
        #expect(text { ResponseWriter.set(UIDSet([1...3, 7...7, 9...10]), to: &$0) } == "1:3,7,9:10")
        let request = SectionRequest(
            part: [1, 2], .headerFields([Array("From".utf8), Array("a b".utf8), Array("NIL".utf8)]), isPeek: true, partial: .init(start: 5, count: 9))
        #expect(text { ResponseWriter.section(request, to: &$0) } == "BODY[1.2.HEADER.FIELDS (From \"a b\" \"NIL\")]<5>")
        #expect(text { ResponseWriter.section(SectionRequest(part: [1], .mime), to: &$0) } == "BODY[1.MIME]")
        #expect(text { ResponseWriter.mailbox("Gelöscht", to: &$0) } == "Gel&APY-scht")
        #expect(text { ResponseWriter.mailbox("a b", to: &$0) } == "\"a b\"")
    }
    @Test func setsResolveAgainstTheHighest() {
        let set = SequenceSet([.init(5, 0), .init(3, 1), .init(0, 0)])
        #expect(set.ranges(highest: 4) == [4...5, 1...3, 4...4])
        #expect(set.ranges(highest: 0).isEmpty)
    }
}
