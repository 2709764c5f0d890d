import EASCodec
import Testing

/// Texts of the Keyword Query Language, and what people type instead of it.
@Suite struct KeywordQueryTests {
    static let known: Set<String> = ["subject", "from", "received"]
    static let sound: [(String, KeywordQuery)] = [
        ("harbour", .text("harbour")),
        ("old harbour", .all([.text("old"), .text("harbour")])),
        ("\"old harbour\"", .text("old harbour")),
        ("harb*", .text("harb")),
        ("subject:harbour", .property("subject", .has, "harbour")),
        ("SUBJECT:\"old harbour\"", .property("subject", .has, "old harbour")),
        ("received>=2026-01-01", .property("received", .atLeast, "2026-01-01")),
        ("received<>2026", .property("received", .notEqual, "2026")),
        ("from:ann from:bob", .any([.property("from", .has, "ann"), .property("from", .has, "bob")])),
        ("from:ann AND from:bob", .all([.property("from", .has, "ann"), .property("from", .has, "bob")])),
        ("from:ann subject:x", .all([.property("from", .has, "ann"), .property("subject", .has, "x")])),
        ("a OR b c", .any([.text("a"), .all([.text("b"), .text("c")])])),
        ("(a OR b) c", .all([.any([.text("a"), .text("b")]), .text("c")])),
        ("NOT a", .not(.text("a"))),
        ("-a b", .all([.not(.text("a")), .text("b")])),
        ("+a", .text("a")),
        ("a NOT (b OR c)", .all([.text("a"), .not(.any([.text("b"), .text("c")]))])),
        ("subject:(a OR b)", .any([.property("subject", .has, "a"), .property("subject", .has, "b")])),
        ("NOT NOT a", .not(.not(.text("a")))),
        // What is no language.
        ("a and b or c", .all([.text("a"), .text("and"), .text("b"), .text("or"), .text("c")])),
        ("re:harbour", .text("re:harbour")),
        ("http://x", .text("http://x")),
        ("(a", .text("a")),
        ("a) b", .all([.text("a"), .text("b")])),
        ("\"a b", .text("a b")),
        ("- a", .all([.text("-"), .text("a")])),
        ("a OR", .text("a")),
        ("AND a", .text("a")),
        ("subject: a", .text("a")),
        ("日本 語", .all([.text("日本"), .text("語")])),
    ]
    @Test(arguments: Self.sound.indices) func reads(_ index: Int) throws {
        let (text, expected) = Self.sound[index]
        #expect(try KeywordQuery(text, properties: Self.known) == expected, "\(text)")
    }
    @Test(arguments: ["", " ", "()", "AND", "NOT", "\"\"", "subject:", ")", "((()))", "*", "-", "NOT )"].filter { $0 != "-" })
    func findsNothingToAsk(_ text: String) {
        #expect(throws: KeywordQuery.Failure.empty) { try KeywordQuery(text, properties: Self.known) }
    }
    /// Threat T26: depth, number and length are bounded, whatever the brackets do.
    @Test(arguments: [
        String(repeating: "(", count: 40) + "a", String(repeating: "a ", count: 100), String(repeating: "a", count: 5_000),
        String(repeating: "NOT ", count: 40) + "a", String(repeating: "subject:(", count: 30) + "a",
    ])
    func refusesTooMuch(_ text: String) {
        #expect(throws: KeywordQuery.Failure.tooMuch) { try KeywordQuery(text, properties: Self.known) }
    }
    /// Never a trap, and always an end.
    @Test func anyTextEnds() {
        let pieces = ["(", ")", "\"", "a", " ", "AND", "OR", "NOT", "-", "+", "subject:", "from=", "*", "<>", ":", "é"]
        var state: UInt64 = 88_172_645_463_325_252
        for _ in 0..<5_000 {
            var text = ""
            for _ in 0..<12 {
                state ^= state << 13; state ^= state >> 7; state ^= state << 17
                text += pieces[Int(state % UInt64(pieces.count))]
            }
            _ = try? KeywordQuery(text, properties: Self.known)
        }
    }
}
