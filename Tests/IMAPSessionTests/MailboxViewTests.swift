import Bytes
@testable import Groupware
@testable import IMAPSession
import MailStore
import Model
import Testing

/// The rules at the top of MailboxView, each as what happened and what may be said of it.
struct MailboxViewTests {
    static func folder(_ modseq: Int64, floor: Int64 = 0) -> FolderRow {
        FolderRow(
            id: FolderID(1), account: AccountID(1), parent: nil, name: "INBOX", itemClass: .mail, role: .inbox, isSubscribed: true, uidValidity: 1,
            uidNext: UID(100), created: .zero, changed: .zero, modseq: ModSeq(modseq), goneFloor: ModSeq(floor), total: 0, unseen: 0, size: 0)
    }
    static func state(_ uid: UInt32, _ modseq: Int64, created: Int64 = 1, _ flags: Flags = .seen, _ keywords: [String] = []) -> ItemState {
        ItemState(
            id: ItemID(Int64(uid)), uid: UID(uid), flags: flags, keywords: keywords, created: ModSeq(created), modseq: ModSeq(modseq), contentModseq: .zero,
            seenModseq: .zero, flaggedModseq: .zero, marksModseq: .zero, date: Timestamp(seconds: 0), size: 1, content: ContentID(1), thread: ThreadID(1))
    }
    /// A view of UIDs 1, 2, 3, 5, told of nothing but them; modseq 10.
    static func view(_ recent: RecentTable, uids: [UInt32] = [1, 2, 3, 5], isReadOnly: Bool = false) -> MailboxView {
        let opening = FolderOpening(folder: folder(10), uids: uids.map { UID($0) }, firstUnseen: nil)
        _ = recent.claim(FolderID(1), upTo: UID(5))
        return MailboxView(opening, path: .inbox, isReadOnly: isReadOnly, recent: recent)
    }
    struct Step: Sendable {
        var changed: [ItemState] = []
        var gone: [UInt32]? = []
        var present: [UInt32] = []
        var allowsExpunge = true
        let said: String
    }
    static let stories: [(String, [Step])] = [
        ("nothing", [Step(said: "")]),
        ("new mail", [Step(changed: [state(6, 11, created: 11), state(7, 12, created: 12)], said: "* 6 EXISTS\r\n* 2 RECENT\r\n")]),
        ("new mail out of order", [Step(changed: [state(7, 11, created: 11), state(6, 12, created: 12)], said: "* 6 EXISTS\r\n* 2 RECENT\r\n")]),
        ("flags", [Step(changed: [state(3, 11)], said: "* 3 FETCH (UID 3 FLAGS (\\Seen))\r\n")]),
        ("flags by number after a gap", [Step(changed: [state(5, 11)], said: "* 4 FETCH (UID 5 FLAGS (\\Seen))\r\n")]),
        ("a new keyword", [Step(changed: [state(3, 11, [], ["Work"])], said: "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded work)\r\n* 3 FETCH (UID 3 FLAGS (Work))\r\n")]),
        ("highest number first", [Step(gone: [2, 5], said: "* 4 EXPUNGE\r\n* 2 EXPUNGE\r\n")]),
        ("expunges wait", [
            Step(gone: [2], allowsExpunge: false, said: ""), Step(changed: [state(3, 12)], gone: [5], allowsExpunge: false, said: "* 3 FETCH (UID 3 FLAGS (\\Seen))\r\n"),
            Step(said: "* 4 EXPUNGE\r\n* 2 EXPUNGE\r\n"), Step(said: ""),
        ]),
        ("EXISTS counts what waits", [
            Step(changed: [state(6, 11, created: 11)], gone: [1], allowsExpunge: false, said: "* 5 EXISTS\r\n* 1 RECENT\r\n"), Step(said: "* 1 EXPUNGE\r\n"),
        ]),
        ("expunge, exists, flags in this order", [
            Step(changed: [state(3, 11), state(6, 12, created: 12)], gone: [1], said: "* 1 EXPUNGE\r\n* 4 EXISTS\r\n* 1 RECENT\r\n* 2 FETCH (UID 3 FLAGS (\\Seen))\r\n"),
        ]),
        ("came and went unseen", [Step(gone: [6, 7], said: "")]),
        ("its own change", [Step(changed: [state(3, 15)], said: "")]),
        ("another's change over its own", [Step(changed: [state(3, 16)], said: "* 3 FETCH (UID 3 FLAGS (\\Seen))\r\n")]),
        ("beyond the horizon", [Step(gone: nil, present: [1, 5, 6], said: "* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n")]),
        ("beyond the horizon, and waiting", [
            Step(gone: [1], allowsExpunge: false, said: ""), Step(gone: nil, present: [5], said: "* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n* 1 EXPUNGE\r\n"),
        ]),
    ]
    @Test(arguments: Self.stories) func tells(_ name: String, _ steps: [Step]) {
        let recent = RecentTable()
        var view = Self.view(recent)
        view.made(ModSeq(15))
        var modseq: Int64 = 10
        for (index, step) in steps.enumerated() {
            // The position moves past a change only with the news that bears it.
            modseq = max(modseq, step.changed.map(\.modseq.rawValue).max() ?? modseq)
            let news = FolderNews(folder: Self.folder(modseq), changed: step.changed, gone: step.gone.map { $0.map { UID($0) } }, present: step.present.map { UID($0) })
            var out = ByteBuffer()
            view.take(news, allowsExpunge: step.allowsExpunge, recent: recent, to: &out)
            #expect(String(decoding: out.bytes, as: UTF8.self) == step.said, "\(name), step \(index)")
        }
    }
    @Test func itsOwnExpungeIsToldOnce() {
        let recent = RecentTable()
        var view = Self.view(recent)
        var out = ByteBuffer()
        view.expunge([UID(2), UID(3)], to: &out)
        view.take(FolderNews(folder: Self.folder(11), changed: [], gone: [UID(2), UID(3)], present: []), allowsExpunge: true, recent: recent, to: &out)
        #expect(String(decoding: out.bytes, as: UTF8.self) == "* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n")
        #expect(view.count == 2)
    }
    @Test func theFirstToBeToldHasItAsRecent() {
        let recent = RecentTable()
        var first = Self.view(recent), second = Self.view(recent), reader = Self.view(recent, isReadOnly: true)
        var out = ByteBuffer()
        func tell(_ view: inout MailboxView, _ uids: [UInt32], _ modseq: Int64) {
            let news = FolderNews(folder: Self.folder(modseq), changed: uids.map { Self.state($0, modseq, created: modseq) }, gone: [], present: [])
            view.take(news, allowsExpunge: true, recent: recent, to: &out)
        }
        tell(&reader, [6], 11)
        tell(&first, [6], 11)
        tell(&second, [6, 7], 12)
        tell(&first, [7, 8], 13)
        #expect([6, 7, 8].map { first.isRecent(UID($0)) } == [true, false, true])
        #expect([6, 7].map { second.isRecent(UID($0)) } == [false, true])
        #expect(reader.isRecent(UID(6)))
        #expect(first.recentCount == 2)
    }
}
