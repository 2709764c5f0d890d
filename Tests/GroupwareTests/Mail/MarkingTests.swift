// Removal of many messages, and what marking costs.
import Groupware
@testable import MailStore
import Model
import Synchronization
import Testing

@Suite struct MarkingTests {
    static let many = 4_500
    private final class Count: Sendable { let value = Mutex(0) }

    /// A large EXPUNGE lets others write in between: it is several commits.
    @Test func manyGoInSlices() async throws {
        let lab = try await SyncLab()
        let folder = lab.folder
        try await fill(lab)
        let commits = Count()
        let subscription = lab.store.feed.subscribe(to: lab.account) { if $0.contains(.itemsGone) { commits.value.withLock { $0 += 1 } } }
        defer { subscription.cancel() }
        let gone = try await Marking(store: lab.store).expunge(in: folder, UIDSet([1...UInt32.max]))
        _ = try await lab.store.write { _ in }
        #expect(gone.map(\.rawValue) == Array(2...UInt32(Self.many)))
        #expect(commits.value.withLock { $0 } == 3)
        #expect(try await lab.row(folder).total == 1)
        #expect(try await Marking(store: lab.store).empty(folder) == 1)
        #expect(try await lab.row(folder).total == 0)
        #expect(try await lab.store.check() == [])
    }
    @Test func aFolderThatIsNotThereIsNoFolder() async throws {
        let lab = try await SyncLab()
        await #expect(throws: MailFailure.noSuchFolder) { try await Marking(store: lab.store).expunge(in: FolderID(999), UIDSet([1...9])) }
        #expect(try await Marking(store: lab.store).expunge(in: lab.folder, UIDSet([1...9])) == [])
    }
    /// Who does not ask for the changes of others pays nothing for them.
    @Test func markingAloneReadsNoChanges() async throws {
        let lab = try await SyncLab()
        try await fill(lab)
        let marking = Marking(store: lab.store)
        let isScan: @Sendable (String) -> Bool = { $0.contains("(modseq, id) > ") }
        let alone = try await marking.setFlags(in: lab.folder, UIDSet([1...3]), FlagChange(.add, .seen), since: nil)
        #expect(alone.states.count == 3 && alone.foreign.isEmpty && alone.own != nil)
        #expect(try await lab.store.write { $0.connection.statementTexts }.contains(where: isScan) == false)
        let asked = try await marking.setFlags(in: lab.folder, UIDSet([1...3]), FlagChange(.add, .flagged), since: .zero)
        #expect(asked.states.count == 3)
        #expect(try await lab.store.write { $0.connection.statementTexts }.contains(where: isScan))
    }
    /// All but the first have \Deleted.
    private func fill(_ lab: SyncLab) async throws {
        let folder = lab.folder
        try await lab.store.write { tx in
            for number in 1...Self.many {
                var item = NewItem(content: .bytes(Array("Subject: x\r\n\r\ny".utf8)), summary: [], date: Timestamp(seconds: 1))
                item.flags = number == 1 ? [] : .deleted
                _ = try tx.append(item, to: folder)
            }
        }
    }
}
