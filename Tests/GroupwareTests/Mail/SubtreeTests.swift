@testable import Groupware
import MailStore
import Model
import Testing

struct SubtreeTests {
    static let rows = [
        FolderPathTests.row(1, nil, "a"), FolderPathTests.row(2, 1, "b"), FolderPathTests.row(3, 2, "c"), FolderPathTests.row(4, 1, "d", .calendar),
        FolderPathTests.row(5, nil, "e"),
    ]
    @Test func parentsComeBeforeChildren() {
        let all = Subtree(Self.rows[0], in: Self.rows)
        #expect(all.rows.map(\.id.rawValue) == [1, 2, 4, 3])
        #expect(all.depth == 2)
        let leaf = Subtree(Self.rows[4], in: Self.rows)
        #expect(leaf.rows.map(\.id.rawValue) == [5])
        #expect(leaf.depth == 0)
    }
    @Test func aCircleEnds() {
        let circle = [FolderPathTests.row(1, 2, "a"), FolderPathTests.row(2, 1, "b")]
        #expect(Subtree(circle[0], in: circle).rows.count <= 4)
    }
}
