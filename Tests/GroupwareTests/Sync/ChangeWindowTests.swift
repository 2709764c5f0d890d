import Groupware
import MailStore
import Model
import TestSupport
import Testing

/// The engine against replicas: whatever happens and whatever gets lost, at every quiet point the device has what the store has.
@Suite struct ChangeWindowTests {
    /// Seeds and steps of the property test; raise them to search longer.
    static let seeds: [UInt64] = Array(1...6)
    static let steps = 120
    static let day: Int64 = 86_400_000
    static let start = Timestamp(milliseconds: 1_700_000_000_000)

    @Test(arguments: seeds) func replicasEqualTheStoreAtEveryQuietPoint(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let lab = try await SyncLab()
        var number = 0
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            number += 1
            try await lab.append(number, date: Self.randomDate(using: &random))
        }
        let devices = (0..<3).map { index in
            ReplicaDevice(lab.folder, cutoff: index == 0 ? nil : Self.randomCutoff(using: &random), window: [3, 7, 100][index], using: &random)
        }
        for step in 0..<Self.steps {
            for _ in 0..<Int.random(in: 0...3, using: &random) { try await Self.change(lab, &number, using: &random) }
            let device = devices[Int.random(in: 0..<devices.count, using: &random)]
            if Int.random(in: 0..<12, using: &random) == 0 { device.cutoff = Self.randomCutoff(using: &random) }
            let commands = Self.commands(of: device, step, using: &random)
            _ = try await device.sync(
                lab.store, commands, isLost: Int.random(in: 0..<5, using: &random) == 0, using: &random)
            if step % 20 == 19 {
                for device in devices {
                    try await Self.settle(device, lab, using: &random)
                    let truth = try await lab.states(lab.folder, since: device.cutoff)
                    let wanted = Dictionary(uniqueKeysWithValues: truth.map { ($0.id, Belief($0)) })
                    let different = Set(wanted.keys).union(device.items.keys).filter { wanted[$0] != device.items[$0] }.sorted()
                    let details = different.map { "\(String(describing: device.items[$0])) for \(String(describing: wanted[$0]))" }
                    #expect(different == [], "seed \(seed), step \(step): \(details)")
                    #expect(device.anomalies == [], "seed \(seed), step \(step)")
                    device.forgetAnomalies()
                }
            }
        }
    }
    static func settle(_ device: ReplicaDevice, _ lab: SyncLab, using random: inout SeededGenerator) async throws {
        // An answer may have been lost: one more Sync brings it again. Then go on until nothing comes.
        _ = try await device.sync(lab.store, using: &random)
        for _ in 0..<1000 {
            let hasMore = try await device.sync(lab.store, using: &random)
            if !hasMore, device.last.isEmpty { return }
        }
        Issue.record("the device never comes to rest")
    }
    /// Few dates, so that many items share one.
    static func randomDate(using random: inout SeededGenerator) -> Timestamp {
        Timestamp(milliseconds: start.rawValue - Int64.random(in: 0...12, using: &random) * 3 * day)
    }
    static func randomCutoff(using random: inout SeededGenerator) -> Timestamp? {
        let days = [1, 3, 7, 14, 30, 0][Int.random(in: 0..<6, using: &random)]
        return days == 0 ? nil : Timestamp(milliseconds: start.rawValue - Int64(days) * day + Int64.random(in: 0...3, using: &random) * day)
    }
    static func commands(of device: ReplicaDevice, _ step: Int, using random: inout SeededGenerator) -> [ReplicaDevice.Command] {
        guard Int.random(in: 0..<3, using: &random) == 0 else { return [] }
        let some = device.items.keys.sorted()
        var commands: [ReplicaDevice.Command] = []
        for index in 0..<Int.random(in: 1...3, using: &random) {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: commands.append(.add(step * 10 + index))
            case 1: if let id = some.randomElement(using: &random) { commands.append(.delete(id)) }
            case 2: if let id = some.randomElement(using: &random) { commands.append(.flag(id, Bool.random(using: &random))) }
            default: if let id = some.randomElement(using: &random) { commands.append(.seen(id, Bool.random(using: &random))) }
            }
        }
        // A device does not change what it deletes in the same breath.
        let deleted = Set(commands.compactMap { if case .delete(let id) = $0 { id } else { nil } })
        return commands.filter { command in
            switch command {
            case .seen(let id, _), .flag(let id, _): !deleted.contains(id)
            case .add, .delete: true
            }
        }
    }
    static func change(_ lab: SyncLab, _ number: inout Int, using random: inout SeededGenerator) async throws {
        let folder = lab.folder, other = lab.other
        let here = try await lab.states(folder, since: nil), there = try await lab.states(other, since: nil)
        number += 1
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2: try await lab.append(number, date: randomDate(using: &random), flags: Bool.random(using: &random) ? .seen : [])
        case 3, 4:
            guard let item = here.randomElement(using: &random) else { return }
            let flag: Flags = [.seen, .flagged, .answered][Int.random(in: 0..<3, using: &random)], isSet = Bool.random(using: &random)
            _ = try await lab.store.write { try $0.setFlags(item.id, FlagChange(isSet ? .add : .remove, flag)) }
        case 5:
            let set = UIDSet(here.filter { _ in Bool.random(using: &random) }.map(\.uid))
            _ = try await lab.store.write { try $0.setFlags(in: folder, set, FlagChange(.add, .flagged)) }
        case 6:
            guard let item = here.randomElement(using: &random) else { return }
            _ = try await lab.store.write { try $0.move(item.id, to: other) }
        case 7:
            guard let item = there.randomElement(using: &random) else { return }
            _ = try await lab.store.write { try $0.move(item.id, to: folder) }
        case 8:
            guard let item = here.randomElement(using: &random) else { return }
            try await lab.store.write { try $0.remove(item.id) }
        default:
            guard let item = here.randomElement(using: &random) else { return }
            let bytes = Array("replaced \(number)".utf8)
            _ = try await lab.store.write { try $0.replace(item.id, with: NewItem(content: .bytes(bytes), summary: [], date: item.date)) }
        }
    }

    @Test func theFirstWindowHoldsTheNewest() async throws {
        var random = SeededGenerator(seed: 7)
        let lab = try await SyncLab()
        for number in 0..<12 { try await lab.append(number, date: Timestamp(milliseconds: Self.start.rawValue + Int64(number) * 1000)) }
        let device = ReplicaDevice(lab.folder, cutoff: nil, window: 4, using: &random)
        let hasMore = try await device.sync(lab.store, using: &random)
        #expect(hasMore)
        let dates = device.last.compactMap { if case .add(let state) = $0 { state.date.rawValue - Self.start.rawValue } else { nil } }
        #expect(dates == [11_000, 10_000, 9000, 8000])
    }
    @Test func mailThatComesDuringTheFirstSyncIsNeitherMissedNorDoubled() async throws {
        var random = SeededGenerator(seed: 8)
        let lab = try await SyncLab()
        for number in 0..<10 { try await lab.append(number, date: Timestamp(milliseconds: Self.start.rawValue + Int64(number))) }
        let device = ReplicaDevice(lab.folder, cutoff: nil, window: 3, using: &random)
        _ = try await device.sync(lab.store, using: &random)
        // One with a date that the backlog has passed, one with a date that it has not reached.
        try await lab.append(100, date: Timestamp(milliseconds: Self.start.rawValue + 1000))
        try await lab.append(101, date: Timestamp(milliseconds: Self.start.rawValue - 1000))
        try await Self.settle(device, lab, using: &random)
        #expect(device.items.count == 12)
        #expect(device.anomalies == [])
    }
    /// An estimate reads no more than its budget of rows, and never says "nothing" where there is something.
    @Test func countingEndsWithItsBudget() async throws {
        let lab = try await SyncLab()
        let id = lab.folder
        let start = try await lab.store.read { store in
            guard let folder = try store.folder(id) else { throw StoreError.notFound }
            return try ChangeWindow(from: SyncPosition(), in: folder, cutoff: nil).position
        }
        for number in 0..<400 { try await lab.append(number, date: Self.start) }
        // Rows come in pages of 128; those that came are looked at as changed ones first.
        for (budget, counted, left) in [(10_000, 400, 9200), (600, 129, 0), (0, 1, 0)] {
            let found = try await lab.store.read { store in
                guard let folder = try store.folder(id) else { throw StoreError.notFound }
                var rows = budget
                return (try ChangeWindow(from: start, in: folder, cutoff: nil).count(store, rows: &rows), rows)
            }
            #expect(found.0 == counted && found.1 == left, "\(budget)")
        }
    }
    @Test func cameAndWentIsNeverHeardOf() async throws {
        var random = SeededGenerator(seed: 9)
        let lab = try await SyncLab()
        let device = ReplicaDevice(lab.folder, cutoff: nil, window: 10, using: &random)
        try await Self.settle(device, lab, using: &random)
        let item = try await lab.append(1, date: Self.start)
        try await lab.store.write { try $0.remove(item.id) }
        _ = try await device.sync(lab.store, using: &random)
        #expect(device.last.isEmpty)
    }
    @Test func aChangeHoldsOnlyWhatChangedAndOwnChangesDoNotComeBack() async throws {
        var random = SeededGenerator(seed: 10)
        let lab = try await SyncLab()
        let item = try await lab.append(1, date: Self.start)
        let device = ReplicaDevice(lab.folder, cutoff: nil, window: 10, using: &random)
        try await Self.settle(device, lab, using: &random)
        _ = try await lab.store.write { try $0.setFlags(item.id, FlagChange(.add, .flagged)) }
        // The own mark comes with a foreign one that the device has not heard of: only the foreign one is told.
        _ = try await device.sync(lab.store, [.seen(item.id, true)], using: &random)
        let parts = device.last.compactMap { if case .change(_, let parts) = $0 { parts } else { nil } }
        #expect(parts == [.flag])
        _ = try await device.sync(lab.store, using: &random)
        #expect(device.last.isEmpty)
    }
    @Test func anItemThatLeftAndCameBackIsAChange() async throws {
        var random = SeededGenerator(seed: 11)
        let lab = try await SyncLab()
        let item = try await lab.append(1, date: Self.start)
        let device = ReplicaDevice(lab.folder, cutoff: nil, window: 10, using: &random)
        try await Self.settle(device, lab, using: &random)
        let folder = lab.folder, other = lab.other
        _ = try await lab.store.write { try $0.move(item.id, to: other) }
        _ = try await lab.store.write { try $0.move(item.id, to: folder) }
        _ = try await device.sync(lab.store, using: &random)
        #expect(device.last.count == 1)
        #expect(device.anomalies == [] && device.items.count == 1)
    }
    @Test func aQuietFolderReadsNoRow() async throws {
        var random = SeededGenerator(seed: 12)
        let lab = try await SyncLab()
        for number in 0..<5 { try await lab.append(number, date: Self.start) }
        let device = ReplicaDevice(lab.folder, cutoff: nil, window: 10, using: &random)
        try await Self.settle(device, lab, using: &random)
        let folder = try await lab.row(lab.folder)
        let position = try #require(SyncPosition(decoding: device.row.position))
        #expect(ChangeWindow.isQuiet(position, in: folder, cutoff: nil))
        #expect(!ChangeWindow.isQuiet(position, in: folder, cutoff: Self.start))
    }
    /// A restored store is behind what its devices know: they begin anew instead of missing what will come.
    @Test func aPositionAheadOfTheStoreStartsAnew() async throws {
        let lab = try await SyncLab()
        let folder = try await lab.row(lab.folder)
        var position = SyncPosition()
        position.isFresh = false
        position.base = ModSeq(folder.modseq.rawValue + 1000)
        #expect(throws: SyncFailure.startAnew) { try ChangeWindow(from: position, in: folder, cutoff: nil) }
    }
}
