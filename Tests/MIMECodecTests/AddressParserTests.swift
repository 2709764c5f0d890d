import MIMECodec
import Testing

/// `name|route|local|domain` per mailbox, `[name` and `]` around groups, `-` for nothing.
private func shape(_ text: String) -> String {
    func word(_ octets: [UInt8]?) -> String { octets.map { String(decoding: $0, as: UTF8.self) } ?? "-" }
    return AddressParser.parse(Array(text.utf8)).map { entry in
        switch entry {
        case .mailbox(let mailbox): "\(word(mailbox.name))|\(word(mailbox.route))|\(word(mailbox.local))|\(word(mailbox.domain))"
        case .groupStart(let name): "[" + word(name)
        case .groupEnd: "]"
        }
    }.joined(separator: " , ")
}

@Suite struct AddressParserTests {
    static let rows: [(String, String)] = [
        ("", ""),
        ("ann@example.org", "-|-|ann|example.org"),
        ("<ann@example.org>", "-|-|ann|example.org"),
        ("Ann Lee <ann@example.org>", "Ann Lee|-|ann|example.org"),
        ("\"Lee, Ann\" <ann@example.org>", "Lee, Ann|-|ann|example.org"),
        (#""a \"b\" \\c" <a@b>"#, #"a "b" \c|-|a|b"#),
        ("Ann   Q.  Lee <ann@example.org>", "Ann Q. Lee|-|ann|example.org"),
        ("\"A\"\"B\" <a@b>", "AB|-|a|b"),
        ("ann@example.org (Ann Lee)", "Ann Lee|-|ann|example.org"),
        ("ann@example.org (Ann (the one) Lee)", "Ann (the one) Lee|-|ann|example.org"),
        ("(before) ann@example.org", "before|-|ann|example.org"),
        ("Ann (x) Lee <ann@example.org>", "Ann Lee|-|ann|example.org"),
        ("a@b, c@d,e@f", "-|-|a|b , -|-|c|d , -|-|e|f"),
        (",,a@b,, ,c@d,", "-|-|a|b , -|-|c|d"),
        ("<@relay.one,@relay.two:ann@example.org>", "-|@relay.one,@relay.two|ann|example.org"),
        ("\"ann lee\"@example.org", "-|-|ann lee|example.org"),
        ("ann@[192.0.2.1]", "-|-|ann|[192.0.2.1]"),
        ("ann @ example . org", "-|-|ann|example.org"),
        ("ann(x)@(y)example.org", "x|-|ann|example.org"),
        ("A Group:ann@a, bob@b;", "[A Group , -|-|ann|a , -|-|bob|b , ]"),
        ("undisclosed-recipients:;", "[undisclosed-recipients , ]"),
        ("G: a@b; , c@d", "[G , -|-|a|b , ] , -|-|c|d"),
        ("G: a@b", "[G , -|-|a|b , ]"),
        ("G: H: a@b;", "[G , H|-|a|b , ]"),
        ("Postmaster", "-|-|Postmaster|"),
        ("Two Words", "-|-|Two Words|"),
        ("<>", "-|-||"),
        ("MAILER DAEMON <>", "MAILER DAEMON|-||"),
        ("@example.org", "-|-||example.org"),
        ("ann@", "-|-|ann|"),
        ("John Smith js@example.org", "John Smith|-|js|example.org"),
        ("john . smith@example.org", "-|-|john.smith|example.org"),
        ("ann@here <ann@there>", "ann@here|-|ann|there"),
        ("Ann <ann@example.org", "Ann|-|ann|example.org"),
        ("Ann <ann@example.org, bob@b", "Ann|-|ann|example.org , -|-|bob|b"),
        ("ann@example.org>", "-|-|ann|example.org"),
        ("\"open <ann@example.org>", "-|-|open <ann@example.org>|"),
        ("ann@example.org (open", "open|-|ann|example.org"),
        ("=?utf-8?Q?Lee,_Ann?= <ann@example.org>", "=?utf-8?Q?Lee,_Ann?=|-|ann|example.org"),
        ("=?utf-8?Q?A?= =?utf-8?Q?B?= <a@b>", "=?utf-8?Q?A?= =?utf-8?Q?B?=|-|a|b"),
        ("Jörg <jörg@exämple.de>", "Jörg|-|jörg|exämple.de"),
        ("a@b <x> junk, c@d", "a@b|-|x| , -|-|c|d"),
        (")>];:@<,(\"", "@|-||"),
        ("\\", "-|-|\\|"),
    ]
    @Test(arguments: rows) func parses(_ text: String, _ expected: String) { #expect(shape(text) == expected) }

    @Test func everyGroupIsEnded() {
        for text in ["a:b:c:d", "a:;b:;c:", ":::;;;", "a:b@c,d:e@f;g", "x:\"", "x:("] {
            let list = AddressParser.parse(Array(text.utf8))
            var depth = 0
            for entry in list {
                if case .groupStart = entry { depth += 1 }
                if case .groupEnd = entry { depth -= 1 }
                #expect((0...1).contains(depth), "\(text)")
            }
            #expect(depth == 0, "\(text)")
        }
    }
    @Test func cutsAtTheLimitWithWholeGroups() {
        let list = AddressParser.parse(Array(String(repeating: "g:a@b,", count: 100).utf8), limit: 10)
        #expect(list.count <= 10)
        #expect(list.last == .groupEnd)
        #expect(AddressParser.parse(Array(String(repeating: "a@b,", count: 30_000).utf8)).count <= Limits.addresses)
    }
    @Test func missingHalvesAreNeverNil() {
        var envelope = MessageEnvelope()
        envelope.from = AddressParser.parse(Array("Postmaster, <>, @x".utf8))
        let list = String(decoding: EnvelopeList.render(envelope), as: UTF8.self)
        #expect(list.contains(#"((NIL NIL "Postmaster" "MISSING_DOMAIN")(NIL NIL "MISSING_MAILBOX" "MISSING_DOMAIN")(NIL NIL "MISSING_MAILBOX" "x"))"#))
    }
}
