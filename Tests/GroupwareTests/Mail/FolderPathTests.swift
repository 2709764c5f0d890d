@testable import Groupware
import MailStore
import Model
import Testing

struct FolderPathTests {
    static let names: [(String, [String]?)] = [
        ("INBOX", ["INBOX"]), ("inbox", ["INBOX"]), ("iNbOx/a", ["INBOX", "a"]), ("inboxes", ["inboxes"]), ("a/inbox", ["a", "inbox"]),
        ("a/b/c", ["a", "b", "c"]), ("a/", ["a"]), ("a//b", nil), ("/a", nil), ("/", nil), ("", nil), ("a//", nil), ("a\0b", nil), ("a\r\nb", nil),
        ("a\tb", nil),
        ("a\u{7F}", nil), ("a\u{85}b", nil), ("a\u{2028}b", nil), ("..", [".."]), ("a b", ["a b"]), ("Größe/台北", ["Größe", "台北"]),
        (String(repeating: "x", count: 255), [String(repeating: "x", count: 255)]), (String(repeating: "x", count: 256), nil),
        (String(repeating: "a/", count: 33), nil),
    ]
    @Test(arguments: Self.names) func parses(_ text: String, _ levels: [String]?) {
        #expect(FolderPath(text)?.levels == levels)
    }
    @Test func relations() throws {
        let path = try #require(FolderPath("a/b/c"))
        #expect(path.name == "c")
        #expect(path.parent?.description == "a/b")
        #expect(path.ancestors.map(\.description) == ["a", "a/b"])
        #expect(path.isBelow(try #require(FolderPath("a"))))
        #expect(!path.isBelow(path))
        #expect(!path.isBelow(try #require(FolderPath("a/bb"))))
        #expect(try #require(FolderPath("x*y")).hasWildcard)
        #expect(try #require(FolderPath("inbox")).isInbox)
    }

    static func row(_ id: Int64, _ parent: Int64?, _ name: String, _ itemClass: ItemClass = .mail, _ role: FolderRole? = nil) -> FolderRow {
        FolderRow(
            id: FolderID(id), account: AccountID(1), parent: parent.map { FolderID($0) }, name: name, itemClass: itemClass, role: role, isSubscribed: true,
            uidValidity: 1, uidNext: UID(1), created: .zero, changed: .zero, modseq: .zero, goneFloor: .zero, total: 0, unseen: 0, size: 0)
    }
    /// INBOX first; what is no mail, or lies below it, or runs in a circle, does not show.
    @Test func trees() {
        let tree = FolderTree([
            Self.row(1, nil, "INBOX", .mail, .inbox), Self.row(2, nil, "B"), Self.row(3, 2, "x"), Self.row(4, nil, "A"),
            Self.row(5, nil, "Calendar", .calendar),
            Self.row(6, 5, "mail below"), Self.row(7, 8, "round"), Self.row(8, 7, "and round"), Self.row(9, 99, "orphan"),
        ])
        #expect(tree.entries.map(\.path) == ["INBOX", "A", "B", "B/x"])
        #expect(tree.entries.map(\.hasChildren) == [false, false, true, false])
        #expect(FolderPath("B/x").flatMap(tree.entry)?.row.id == FolderID(3))
        #expect(tree.entry(FolderID(6)) == nil)
    }
}
