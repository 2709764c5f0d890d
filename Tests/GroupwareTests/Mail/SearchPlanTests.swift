import Bytes
@testable import Groupware
import MIMECodec
import MailStore
import Model
import Testing

/// What can be decided with how much of a message; and that more never changes a decision.
struct SearchPlanTests {
    static let message = Array("From: ann@example.org\r\nSubject: plan\r\nDate: Sat, 1 Feb 2020 23:30:00 -0500\r\nX-Kind: weekly\r\n\r\nthe body\r\n".utf8)
    static func subject(_ depth: SearchDepth) -> SearchPlan.Subject {
        let summary = MessageSummary(parsing: message.span)
        var subject = SearchPlan.Subject(
            ItemState(
                id: ItemID(1), uid: UID(7), flags: [.seen, .flagged], keywords: ["Work"], created: .zero, modseq: .zero, contentModseq: .zero,
                seenModseq: .zero,
                flaggedModseq: .zero, marksModseq: .zero, date: Timestamp(seconds: 1_000), size: Int64(message.count), content: ContentID(1),
                thread: ThreadID(1)))
        subject.depth = depth
        if depth >= .summary { subject.summary = SummaryView(summary.encode()) }
        if depth >= .content { subject.content = message; subject.root = summary.root }
        return subject
    }
    private static func pattern(_ text: String) -> TextPattern { TextPattern(Array(text.utf8)) }
    /// A condition and what is known of it with the state, the summary, the content.
    static let conditions: [(String, SearchCondition, [Bool?])] = [
        ("everything", .everything, [true, true, true]), ("nothing", .not(.everything), [false, false, false]),
        ("uid", .uids(UIDSet([5...7])), [true, true, true]), ("other uid", .uids(UIDSet([8...9])), [false, false, false]),
        ("flags", .flags([.seen, .flagged]), [true, true, true]), ("more flags", .flags([.seen, .draft]), [false, false, false]),
        ("keyword", .keyword("wORK"), [true, true, true]), ("other keyword", .keyword("work2"), [false, false, false]),
        ("arrived", .arrived(Timestamp(seconds: 1_000)..<Timestamp(seconds: 1_001)), [true, true, true]),
        ("arrived before", .arrived(Timestamp(milliseconds: .min)..<Timestamp(seconds: 1_000)), [false, false, false]),
        ("larger", .larger(10), [true, true, true]), ("smaller", .smaller(10), [false, false, false]),
        ("sent, by the sender's clock", .sent(18_293..<18_294), [nil, true, true]), ("sent the day after", .sent(18_294..<18_295), [nil, false, false]),
        ("subject", .field(.subject, pattern("PLAN")), [nil, true, true]), ("from", .field(.from, pattern("example.org")), [nil, true, true]),
        ("to", .field(.to, pattern("ann")), [nil, false, false]), ("header", .header("x-kind", pattern("week")), [nil, nil, true]),
        ("no header", .header("x-none", pattern("")), [nil, nil, false]), ("body", .body(pattern("body")), [nil, nil, true]),
        ("not in body", .body(pattern("weekly")), [nil, nil, false]), ("text", .text(pattern("weekly")), [nil, nil, true]),
        ("and stops early", .all([.body(pattern("x")), .flags(.draft)]), [false, false, false]),
        ("and waits", .all([.body(pattern("body")), .flags(.seen)]), [nil, nil, true]),
        ("or stops early", .either(.body(pattern("x")), .flags(.seen)), [true, true, true]),
        ("or waits", .either(.body(pattern("x")), .flags(.draft)), [nil, nil, false]),
        ("not waits", .not(.field(.subject, pattern("plan"))), [nil, false, false]),
    ]
    @Test(arguments: Self.conditions) func decides(_ name: String, _ condition: SearchCondition, _ expected: [Bool?]) {
        let depths: [SearchDepth] = [.state, .summary, .content]
        #expect(depths.map { SearchPlan.decide(condition, Self.subject($0)) } == expected, "\(name)")
        #expect(SearchPlan.decide(condition, Self.subject(condition.depth)) != nil, "\(name) is decided at its own depth")
    }
    static let zones: [(String, Int)] = [
        ("(\"Sat, 1 Feb 2020 23:30:00 -0500\" NIL)", -300), ("(\"1 Feb 2020 23:30 +0545 (X)\" NIL)", 345), ("(NIL \"a -0500\")", 0),
        ("(\"1 Feb 2020 GMT\" NIL)", 0),
        ("(\"x-05\" NIL)", 0), ("()", 0), ("", 0),
    ]
    @Test(arguments: Self.zones) func readsZones(_ list: String, _ minutes: Int) {
        #expect(SentZone.minutes(inEnvelope: Array(list.utf8)[...]) == minutes)
    }
    @Test func boundsAreFound() {
        #expect(SearchCondition.all([.flags(.seen), .uids(UIDSet([1...9])), .uids(UIDSet([2...3]))]).bound == UIDSet([2...3]))
        #expect(SearchCondition.either(.uids(UIDSet([1...1])), .everything).bound == nil)
        #expect(SearchCondition.not(.uids(UIDSet([1...1]))).bound == nil)
    }
}
