import Model
import Testing
@testable import Transport

@Suite struct NoticeQueueTests {
    private func changes(_ account: Int64, _ modseq: Int64, _ folders: [(Int64?, Change.Kind)], trace: String? = nil) -> ChangeSet {
        ChangeSet(
            account: AccountID(account), modseq: ModSeq(modseq), changes: folders.map { Change(folder: $0.0.map { FolderID($0) }, kinds: $0.1) }, trace: trace)
    }
    @Test func keepsOneAsItCame() {
        var queue = NoticeQueue()
        #expect(queue.isEmpty && queue.next() == nil)
        queue.add(changes(1, 7, [(2, .itemsAdded)], trace: "t"))
        let next = queue.next()
        #expect(next?.modseq == ModSeq(7) && next?.trace == "t" && next?.changes == [Change(folder: FolderID(2), kinds: .itemsAdded)])
        #expect(queue.isEmpty)
    }
    @Test func unitesByAccountAndFolder() {
        var queue = NoticeQueue()
        queue.add(changes(1, 7, [(2, .itemsAdded), (nil, .folders)], trace: "a"))
        queue.add(changes(9, 100, [(5, .itemsGone)]))
        queue.add(changes(1, 9, [(2, .itemsChanged), (3, .itemsAdded)]))
        queue.add(changes(1, 8, [(2, .itemsGone)], trace: "c"))
        let first = queue.next()
        #expect(first?.account == AccountID(1) && first?.modseq == ModSeq(9) && first?.trace == "c")
        #expect(
            first?.changes == [
                Change(folder: FolderID(2), kinds: [.itemsAdded, .itemsChanged, .itemsGone]), Change(folder: nil, kinds: .folders),
                Change(folder: FolderID(3), kinds: .itemsAdded),
            ])
        #expect(queue.next()?.account == AccountID(9))
        #expect(queue.next() == nil)
    }
    @Test func thousandsCostOne() {
        var queue = NoticeQueue()
        for number in 1...5000 { queue.add(changes(1, Int64(number), [(Int64(number % 3), .itemsAdded)])) }
        let next = queue.next()
        #expect(next?.modseq == ModSeq(5000) && next?.changes.count == 3)
        #expect(queue.isEmpty)
    }
}
