@testable import Groupware
import MailStore
import Model
import TestSupport
import Testing

/// The stored forms: what is written is read back, and what is not ours is refused without a trap.
@Suite struct SyncFormTests {
    static func position() -> SyncPosition {
        var position = SyncPosition()
        position.isFresh = false
        position.base = ModSeq(1_234_567)
        position.changed = .init(ModSeq(1_234_568), ItemID(77))
        position.gone = .init(ModSeq(1_234_569))
        position.uid = UID(4_000_000_000)
        position.cutoff = Timestamp(milliseconds: -5)
        position.cutoffItem = ItemID(9)
        position.backlog = [
            .init(uid: UID(5), since: nil, below: nil),
            .init(uid: UID(9), since: Timestamp(milliseconds: 12), sinceItem: ItemID(4), below: .init(date: Timestamp(rawValue: .min), item: ItemID(.max))),
        ]
        position.own = [OwnChange(ModSeq(1_234_570), [.changes, .removals]), OwnChange(ModSeq(1_234_599), .adds, isWhole: false)]
        position.revived = [UID(1), UID(2)]
        position.options = [1, 2, 3]
        return position
    }
    @Test func positionsComeBack() {
        for position in [Self.position(), SyncPosition()] { #expect(SyncPosition(decoding: position.encode()) == position) }
        #expect(SyncPosition().encode().count < 32)
    }
    @Test func brokenPositionsAreRefused() {
        let whole = Self.position().encode()
        for count in 0..<whole.count { #expect(SyncPosition(decoding: Array(whole[..<count])) == nil) }
        #expect(SyncPosition(decoding: whole + [0]) == nil)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            _ = SyncPosition(decoding: bytes)
            _ = CommandOutcome(decoding: bytes)
            _ = HierarchyPosition(decoding: bytes)
            _ = ItemProperties(decoding: bytes)
        }
    }
    @Test func outcomesAndPropertiesComeBack() {
        var outcome = CommandOutcome()
        outcome.own = [OwnChange(ModSeq(4), .adds)]
        outcome.entries = [.init(command: .max, status: 1, item: ItemID(7)), .init(command: 3, status: 8)]
        #expect(CommandOutcome(decoding: outcome.encode()) == outcome)
        #expect(CommandOutcome(decoding: []) == CommandOutcome())
        var properties = ItemProperties()
        properties.flag = ["FlagType": "for Follow Up", "DueDate": "2030-01-02T00:00:00.000Z"]
        properties.categories = ["Red", "Project Ü"]
        #expect(ItemProperties(decoding: properties.encode()) == properties)
        #expect(ItemProperties().encode() == [])
        var hierarchy = HierarchyPosition()
        hierarchy.modseq = ModSeq(9)
        hierarchy.highest = FolderID(12)
        hierarchy.note(own: FolderID(12), ModSeq(9))
        hierarchy.note(ownRemoval: FolderID(11))
        #expect(HierarchyPosition(decoding: hierarchy.encode()) == hierarchy)
    }
    static let keys: [(String, Int64)] = [
        ("1", 1), ("9223372036854775807", .max), ("", -1), ("-1", -1), ("+1", -1), ("nonsense", -1), ("9223372036854775808", -1), ("1 ", -1),
    ]
    @Test(arguments: keys) func keysAreParsed(_ text: String, _ key: Int64) { #expect(SyncKeys.parse(text) == key) }

    @Test func onlyTheLastTwoKeysAreValid() {
        let row = SyncStateRow(
            device: DeviceID(1), folder: FolderID(1), key: 30, previousKey: 20, modseq: .zero, position: [], previousPosition: [], lastOutcome: [])
        #expect(SyncKeys.standing(of: 30, in: row) == .current)
        #expect(SyncKeys.standing(of: 20, in: row) == .replay)
        #expect(SyncKeys.standing(of: 10, in: row) == .unknown)
        #expect(SyncKeys.standing(of: 0, in: row) == .unknown)
        #expect(SyncKeys.standing(of: -1, in: row) == .unknown)
        #expect(SyncKeys.standing(of: 30, in: nil) == .unknown)
        // A used new key retires the old one; a repeated old one keeps its own position.
        let next = row.advanced(from: .current, to: 40, position: [4], outcome: [])
        #expect((next.key, next.previousKey) == (40, 30))
        let again = row.advanced(from: .replay, to: 41, position: [5], outcome: [])
        #expect((again.key, again.previousKey) == (41, 20))
    }
}
