import Bytes
@testable import IMAPCodec
import Model
import Testing

/// Commands, each as text and as the value it must become; what must be refused is nil.
struct CommandParserTests {
    static func parse(_ text: String) -> Command? {
        let bytes = Array(text.utf8)
        var cursor = ByteCursor(bytes.span)
        guard let head = try? CommandParser.head(&cursor) else { return nil }
        return try? CommandParser.arguments(of: head.verb, &cursor)
    }
    static func name(_ text: String) -> [UInt8] { Array(text.utf8) }

    static let session: [(String, Command?)] = [
        ("a NOOP", .noop), ("a noop", .noop), ("a NOOP ", .noop), ("a NOOP x", nil), ("a  NOOP", .noop), ("a", nil), ("", nil), ("+a NOOP", nil),
        ("* NOOP", nil), ("a NOOPX", nil), ("a NOOP\u{0}", nil), ("A001 CAPABILITY", .capability), ("x LOGOUT", .logout), ("x STARTTLS", .startTLS),
        ("x CHECK", .check), ("x CLOSE", .close), ("x UNSELECT", .unselect), ("x EXPUNGE", .expunge), ("x IDLE", .idle), ("x NAMESPACE", .namespace),
        ("x LOGIN a b", .login(name: name("a"), password: name("b"))),
        ("x LOGIN \"a b\" \"c\\\"\\\\d\"", .login(name: name("a b"), password: name("c\"\\d"))),
        ("x LOGIN {3}\r\na\rb {2+}\r\ncd", .login(name: name("a\rb"), password: name("cd"))),
        ("x LOGIN \"\" \"\"", .login(name: [], password: [])), ("x LOGIN a]b c", .login(name: name("a]b"), password: name("c"))),
        ("x LOGIN a", nil), ("x LOGIN", nil), ("x LOGIN a b c", nil), ("x LOGIN \"a b", nil), ("x LOGIN \"\\a\" b", nil), ("x LOGIN {9}\r\nab c", nil),
        ("x LOGIN {2}\r\na\u{0} b", nil), ("x LOGIN (a) b", nil), ("x LOGIN a%b c", nil),
        ("x AUTHENTICATE PLAIN", .authenticate(mechanism: "PLAIN", initial: nil)),
        ("x AUTHENTICATE plain AGEAYg==", .authenticate(mechanism: "PLAIN", initial: name("AGEAYg=="))),
        ("x AUTHENTICATE PLAIN =", .authenticate(mechanism: "PLAIN", initial: name("="))), ("x AUTHENTICATE", nil), ("x AUTHENTICATE PLAIN !", nil),
        ("x ID NIL", .id([])), ("x ID ()", .id([])),
        ("x ID (\"name\" \"mutt\" \"os\" NIL)", .id([IDField(name: name("name"), value: name("mutt")), IDField(name: name("os"), value: nil)])),
        ("x ID (\"name\")", nil), ("x ID (name \"x\")", nil), ("x ID", nil),
        ("x ENABLE CONDSTORE X-y", .enable(["CONDSTORE", "X-Y"])), ("x ENABLE", nil),
    ]
    @Test(arguments: Self.session) func sessionCommands(_ text: String, _ expected: Command?) { #expect(Self.parse(text) == expected) }

    static let mailboxes: [(String, Command?)] = [
        ("x SELECT INBOX", .select(mailbox: name("INBOX"), isReadOnly: false)), ("x EXAMINE \"a b\"", .select(mailbox: name("a b"), isReadOnly: true)),
        ("x SELECT {3}\r\na/b", .select(mailbox: name("a/b"), isReadOnly: false)), ("x SELECT", nil), ("x SELECT \"\"", nil), ("x SELECT a b", nil),
        ("x SELECT a*", nil), ("x CREATE &AOQ-", .create(mailbox: name("&AOQ-"))), ("x DELETE x", .delete(mailbox: name("x"))),
        ("x RENAME a b", .rename(from: name("a"), to: name("b"))), ("x RENAME a", nil), ("x SUBSCRIBE a", .subscribe(mailbox: name("a"))),
        ("x UNSUBSCRIBE a", .unsubscribe(mailbox: name("a"))), ("x LIST \"\" *", .list(reference: [], pattern: name("*"))),
        ("x LIST \"\" \"\"", .list(reference: [], pattern: [])), ("x LIST a/ %/b", .list(reference: name("a/"), pattern: name("%/b"))),
        ("x LSUB \"\" \"%\"", .lsub(reference: [], pattern: name("%"))), ("x LIST \"\"", nil), ("x LIST * *", nil),
        ("x STATUS a (MESSAGES UIDNEXT unseen)", .status(mailbox: name("a"), [.messages, .uidNext, .unseen])),
        ("x STATUS a (RECENT UIDVALIDITY)", .status(mailbox: name("a"), [.recent, .uidValidity])), ("x STATUS a ()", nil), ("x STATUS a MESSAGES", nil),
        ("x STATUS a (SIZES)", nil), ("x APPEND a", nil),
    ]
    @Test(arguments: Self.mailboxes) func mailboxCommands(_ text: String, _ expected: Command?) { #expect(Self.parse(text) == expected) }

    static func set(_ pairs: (UInt32, UInt32)...) -> SequenceSet { SequenceSet(pairs.map { SequenceSet.Element($0.0, $0.1) }) }
    static let messages: [(String, Command?)] = [
        ("x FETCH 1 FLAGS", .fetch(set((1, 1)), FetchRequest([.flags]), byUID: false)),
        ("x UID FETCH 1:*,7 (UID FLAGS)", .fetch(set((1, 0), (7, 7)), FetchRequest([.uid, .flags]), byUID: true)),
        ("x FETCH 5:2 ALL", .fetch(set((5, 2)), FetchRequest([.flags, .internalDate, .size, .envelope]), byUID: false)),
        ("x FETCH 1 FAST", .fetch(set((1, 1)), FetchRequest([.flags, .internalDate, .size]), byUID: false)),
        ("x FETCH 1 FULL", .fetch(set((1, 1)), FetchRequest([.flags, .internalDate, .size, .envelope, .body]), byUID: false)),
        ("x FETCH 0 FLAGS", nil), ("x FETCH 1: FLAGS", nil), ("x FETCH 4294967296 FLAGS", nil), ("x FETCH 1,,2 FLAGS", nil), ("x FETCH 1", nil),
        ("x FETCH 1 (FAST)", nil), ("x FETCH 1 ()", nil), ("x FETCH 1 BODY[", nil), ("x FETCH 1 BODY[0]", nil), ("x FETCH 1 BODY[1.]", nil),
        ("x FETCH 1 BODY[MIME]", nil), ("x FETCH 1 BODY[1.FOO]", nil), ("x FETCH 1 BODY[]<0.0>", nil), ("x FETCH 1 BODY[]<1>", nil),
        ("x FETCH 1 BODY[99999999999999999999]", nil), ("x FETCH 1 BODY[]<99999999999999999999.1>", nil),
        ("x FETCH * body[]", .fetch(set((0, 0)), FetchRequest([.section(SectionRequest())]), byUID: false)),
        ("x FETCH 1 (BODY BODYSTRUCTURE RFC822 RFC822.HEADER RFC822.TEXT RFC822.SIZE)",
         .fetch(set((1, 1)), FetchRequest([.body, .bodyStructure, .rfc822, .rfc822Header, .rfc822Text, .size]), byUID: false)),
        ("x FETCH 1 BODY.PEEK[1.2.MIME]<10.20>",
         .fetch(set((1, 1)), FetchRequest([.section(SectionRequest(part: [1, 2], .mime, isPeek: true, partial: .init(start: 10, count: 20)))]), byUID: false)),
        ("x FETCH 1 BODY[HEADER.FIELDS (From \"To\")]",
         .fetch(set((1, 1)), FetchRequest([.section(SectionRequest(.headerFields([name("From"), name("To")])))]), byUID: false)),
        ("x FETCH 1 BODY[3.HEADER.FIELDS.NOT (X)]",
         .fetch(set((1, 1)), FetchRequest([.section(SectionRequest(part: [3], .headerFieldsNot([name("X")])))]), byUID: false)),
        ("x FETCH 1 BODY[3.TEXT]", .fetch(set((1, 1)), FetchRequest([.section(SectionRequest(part: [3], .text))]), byUID: false)),
        ("x FETCH 1 BODY[HEADER.FIELDS ()]", nil),
        ("x STORE 1 +FLAGS (\\Seen $Forwarded work)",
         .store(set((1, 1)), StoreRequest(.add, isSilent: false, FlagList(flags: [.seen, .forwarded], keywords: ["work"])), byUID: false)),
        ("x UID STORE 1 -FLAGS.SILENT \\Deleted \\Draft",
         .store(set((1, 1)), StoreRequest(.remove, isSilent: true, FlagList(flags: [.deleted, .draft])), byUID: true)),
        ("x STORE 1 FLAGS ()", .store(set((1, 1)), StoreRequest(.replace, isSilent: false, FlagList()), byUID: false)),
        ("x STORE 1 FLAGS (a A b)", .store(set((1, 1)), StoreRequest(.replace, isSilent: false, FlagList(keywords: ["a", "b"])), byUID: false)),
        ("x STORE 1 FLAGS (\\Foo)", nil), ("x STORE 1 FLAGS (a\"b)", nil), ("x STORE 1 XFLAGS (a)", nil), ("x STORE 1 +FLAGS", nil),
        ("x COPY 1:2 a", .copy(set((1, 2)), mailbox: name("a"), byUID: false)), ("x UID MOVE 3 b", .move(set((3, 3)), mailbox: name("b"), byUID: true)),
        ("x UID EXPUNGE 1:3", .uidExpunge(set((1, 3)))), ("x UID NOOP", nil), ("x UID", nil),
    ]
    @Test(arguments: Self.messages) func messageCommands(_ text: String, _ expected: Command?) { #expect(Self.parse(text) == expected) }

    static func search(_ key: SearchKey, _ charset: String? = nil) -> Command { .search(SearchRequest(charset: charset, key), byUID: false) }
    static let searches: [(String, Command?)] = [
        ("x SEARCH ALL", search(.all)), ("x SEARCH UNSEEN 1:3", search(.and([.not(.flag(.seen)), .sequence(set((1, 3)))]))),
        ("x SEARCH CHARSET UTF-8 SUBJECT {5}\r\nä1 ", nil),
        ("x SEARCH CHARSET utf-8 SUBJECT {3}\r\nä1", search(.field(.subject, name("ä1")), "utf-8")),
        ("x SEARCH OR SEEN (NOT DELETED UID 5:*)", search(.or(.flag(.seen), .and([.not(.flag(.deleted)), .uid(set((5, 0)))])))),
        ("x SEARCH SINCE 1-Feb-1994 SENTON \"29-Feb-2000\"", search(.and([.date(.since, 8_797), .sentDate(.on, 11_016)]))),
        ("x SEARCH BEFORE 29-Feb-1999", nil), ("x SEARCH BEFORE 1-Foo-1999", nil), ("x SEARCH BEFORE \"1-Jan-1999", nil), ("x SEARCH", nil),
        ("x SEARCH LARGER 10 SMALLER 4294967295", search(.and([.larger(10), .smaller(4_294_967_295)]))), ("x SEARCH LARGER -1", nil),
        ("x SEARCH HEADER Message-ID <a@b>", search(.header(name: name("Message-ID"), name("<a@b>")))), ("x SEARCH HEADER a", nil),
        ("x SEARCH KEYWORD $forwarded UNKEYWORD w", search(.and([.flag(.forwarded), .not(.keyword("w"))]))),
        ("x SEARCH NEW OLD RECENT", search(.and([.and([.recent, .not(.flag(.seen))]), .not(.recent), .recent]))),
        ("x SEARCH BODY a TEXT b FROM c TO d CC e BCC f",
         search(.and([.body(name("a")), .text(name("b")), .field(.from, name("c")), .field(.to, name("d")), .field(.cc, name("e")), .field(.bcc, name("f"))]))),
        ("x SEARCH FOO", nil), ("x SEARCH (ALL", nil), ("x SEARCH NOT", nil), ("x SEARCH OR ALL", nil), ("x SEARCH ALL  SEEN", nil),
    ]
    @Test(arguments: Self.searches) func searchCommands(_ text: String, _ expected: Command?) { #expect(Self.parse(text) == expected) }

    @Test func nestingAndCountsAreLimited() {
        let deep = String(repeating: "(", count: Limits.searchDepth + 2) + "ALL" + String(repeating: ")", count: Limits.searchDepth + 2)
        #expect(Self.parse("x SEARCH " + deep) == nil)
        #expect(Self.parse("x SEARCH " + String(repeating: "(", count: 60_000)) == nil)
        #expect(Self.parse("x SEARCH " + String(repeating: "NOT ", count: 10_000) + "ALL") == nil)
        #expect(Self.parse("x SEARCH " + String(repeating: "ALL ", count: Limits.searchKeys) + "ALL") == nil)
        #expect(Self.parse("x FETCH " + String(repeating: "1,", count: Limits.sequenceElements) + "1 FLAGS") == nil)
        #expect(Self.parse("x FETCH 1 (" + String(repeating: "FLAGS ", count: Limits.fetchItems) + "FLAGS)") == nil)
        #expect(Self.parse("x FETCH 1 BODY[" + String(repeating: "1.", count: Limits.partDepth) + "1]") == nil)
        #expect(Self.parse("x STORE 1 FLAGS (" + String(repeating: "k", count: Limits.keywordLength + 1) + ")") == nil)
        #expect(Self.parse(String(repeating: "t", count: Limits.tag + 1) + " NOOP") == nil)
    }

    static let appends: [(String, AppendRequest?)] = [
        (" INBOX ", AppendRequest(mailbox: name("INBOX"))), (" INBOX", nil),
        (" \"a b\" (\\Seen x) ", AppendRequest(mailbox: name("a b"), list: FlagList(flags: .seen, keywords: ["x"]))),
        (" {3}\r\na b \" 7-Feb-1994 22:43:04 -0800\" ", AppendRequest(mailbox: name("a b"), date: Timestamp(seconds: 760_689_784))),
        (" a () \"17-Jul-1996 02:44:25 +0000\" ", AppendRequest(mailbox: name("a"), date: Timestamp(seconds: 837_571_465))),
        (" a \"17-Jul-1996 24:44:25 +0000\" ", nil), (" a \"17-Jul-1996\" ", nil), (" a (\\Seen ", nil), (" a b ", nil),
    ]
    @Test(arguments: Self.appends) func appendHeads(_ text: String, _ expected: AppendRequest?) {
        let bytes = Array(text.utf8)
        var cursor = ByteCursor(bytes.span)
        #expect((try? CommandParser.append(&cursor)) == expected)
    }

    /// Cut anywhere, every command of the tables is refused or understood, and nothing traps.
    @Test func cutCommandsDoNotTrap() {
        var understood = 0
        for (text, _) in Self.session + Self.mailboxes + Self.messages + Self.searches {
            let bytes = Array(text.utf8)
            for end in 0..<bytes.count {
                var cursor = ByteCursor(bytes.span.extracting(0..<end))
                guard let head = try? CommandParser.head(&cursor) else { continue }
                if (try? CommandParser.arguments(of: head.verb, &cursor)) != nil { understood += 1 }
            }
        }
        #expect(understood > 0)
    }
    @Test func headsTellWhomToAnswer() {
        func failure(_ text: String) -> CommandParser.HeadFailure? {
            let bytes = Array(text.utf8)
            var cursor = ByteCursor(bytes.span)
            do { _ = try CommandParser.head(&cursor); return nil } catch { return error }
        }
        #expect(failure("a1 FOO") == .unknownVerb(tag: Self.name("a1")))
        #expect(failure("a1") == .unknownVerb(tag: Self.name("a1")))
        #expect(failure("(") == .noTag)
        #expect(failure("a1 NOOP") == nil)
    }
}
