@testable import IMAPSession
import Model
import Testing

/// The map of numbers beside a plain array of UIDs: whatever is done to both, they agree.
struct SequenceMapTests {
    private static let rounds = 300

    private struct Dice {
        var seed: UInt64
        mutating func roll(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: seed >> 33) % limit
        }
    }
    @Test(arguments: 1...8) func agreesWithAnArray(_ seed: UInt64) {
        var dice = Dice(seed: seed)
        var map = SequenceMap()
        var model: [UID] = []
        var next: UInt32 = 0
        for _ in 0..<Self.rounds {
            switch dice.roll(3) {
            case 0:
                for _ in 0...dice.roll(20) {
                    next += dice.roll(4) == 0 ? UInt32(1 + dice.roll(5)) : 1
                    map.append(UID(next))
                    model.append(UID(next))
                }
            case 1:
                let chosen = (0..<(1 + dice.roll(12))).map { _ in UID(UInt32(1 + dice.roll(Int(next) + 5))) }.sorted()
                let numbers = map.remove(chosen)
                #expect(numbers == model.indices.filter { chosen.contains(model[$0]) }.map { $0 + 1 })
                model.removeAll { chosen.contains($0) }
            default:
                let low = UInt32(1 + dice.roll(Int(next) + 2)), high = low + UInt32(dice.roll(30))
                let set = UIDSet([low...high, (high + 3)...(high + 4)])
                #expect(map.count(in: set) == model.count { set.contains($0) })
                let numbered = map.uids(numbered: set)
                #expect(numbered == UIDSet(model.indices.filter { set.contains(UID(UInt32($0 + 1))) }.map { model[$0] }))
            }
            #expect(map.count == model.count)
            #expect(map.last == model.last)
            let uid = UID(UInt32(1 + dice.roll(Int(next) + 2)))
            #expect(map.number(of: uid) == model.firstIndex(of: uid).map { $0 + 1 })
        }
        let present = model.enumerated().filter { $0.offset % 3 != 0 }.map(\.element)
        #expect(map.missing(from: present) == model.enumerated().filter { $0.offset % 3 == 0 }.map(\.element))
    }
    @Test func theHighestUIDDoesNotOverflow() {
        var map = SequenceMap([UID(.max - 1), UID(.max)])
        #expect(map.number(of: UID(.max)) == 2)
        map.append(UID(.max))
        #expect(map.count == 2)
        #expect(map.count(in: UIDSet([1...UInt32.max])) == 2)
        #expect(map.remove([UID(.max)]) == [2])
        #expect(map.last == UID(.max - 1))
    }
    @Test func aPlainFolderIsOneRunAndStaysSmall() {
        let map = SequenceMap((1...100_000).map { UID($0) })
        #expect(map.uids(numbered: UIDSet([5...99_999])).runs == [5...99_999])
    }
}
