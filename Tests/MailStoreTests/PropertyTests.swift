import MailStore
import Model
import Testing
import TestSupport

/// Random work on a store beside a simple model in memory: states, counters and the feed of changes must agree at every step.
@Suite struct PropertyTests {
    /// Steps of one run. Raise it for a long look.
    static let steps = 250

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func storeAgreesWithModel(seed: UInt64) async throws {
        let place = try TemporaryStore()
        let account = try await place.account("seed\(seed)@example.org").account
        var run = RandomRun(place: place, account: account, seed: seed)
        try await run.setUp()
        for _ in 0..<Self.steps { try await run.step() }
        try await run.compare()
        try await run.compareReplicas()
        #expect(try await place.store.check(.everything) == [])
    }
}

/// What the model knows of an item.
struct ModelItem: Equatable {
    var id: ItemID
    var uid: UID
    var flags: Flags
    var keywords: Set<String>
    var body: String
    init(_ state: ItemState, body: String) {
        id = state.id
        uid = state.uid
        flags = state.flags
        keywords = Set(state.keywords)
        self.body = body
    }
}
/// A client that remembers a folder as of a position and follows it by the feed of changes.
struct Replica {
    let folder: FolderID
    var position: ModSeq
    var items: [ItemID: ItemState]
    var uids: Set<UID>
}

struct RandomRun {
    let place: TemporaryStore
    let account: AccountID
    var generator: SeededGenerator
    var folders: [FolderID: [ModelItem]] = [:]
    var replicas: [Replica] = []
    var names = 0

    init(place: TemporaryStore, account: AccountID, seed: UInt64) {
        self.place = place
        self.account = account
        generator = SeededGenerator(seed: seed)
    }
    mutating func setUp() async throws {
        for folder in try await place.store.read({ [account] in try $0.folders(of: account) }) { folders[folder.id] = [] }
    }
    mutating func pick() -> FolderID { folders.keys.sorted().randomElement(using: &generator)! }  // there are always two folders
    mutating func set(of folder: FolderID) -> UIDSet {
        let top = folders[folder]?.last?.uid.rawValue ?? 1
        let low = UInt32.random(in: 1...top, using: &generator)
        return UIDSet([low...min(top &+ 2, low + UInt32.random(in: 0...5, using: &generator)), 1...1])
    }

    mutating func step() async throws {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<35: try await append()
        case 35..<55: try await flag()
        case 55..<65: try await copy()
        case 65..<77: try await move()
        case 77..<85: try await expunge()
        case 85..<87: try await addFolder()
        case 87..<88: try await single()
        case 88..<90: try await removeFolder()
        case 90..<93: try await remember()
        case 93..<95: try await replace()
        default: try await follow()
        }
    }
    mutating func append() async throws {
        let folder = pick()
        // A few bodies again and again, so that contents are shared.
        let body = "body \(Int.random(in: 0..<12, using: &generator))"
        let state = try await place.append(body, to: folder, flags: Flags(rawValue: UInt32.random(in: 0..<16, using: &generator)), keys: [1])
        folders[folder]?.append(ModelItem(state, body: body))
    }
    mutating func flag() async throws {
        let folder = pick(), set = set(of: folder)
        let operation: FlagOperation = [.add, .remove, .replace].randomElement(using: &generator)!  // not empty
        let flags = Flags(rawValue: UInt32.random(in: 0..<32, using: &generator))
        let keywords = Bool.random(using: &generator) ? [["one", "two", "three"].randomElement(using: &generator)!] : []  // not empty
        let states = try await place.store.write { try $0.setFlags(in: folder, set, FlagChange(operation, flags, keywords: keywords)) }
        var items = folders[folder] ?? []
        for index in items.indices where set.contains(items[index].uid) {
            switch operation {
            case .add: items[index].flags.formUnion(flags); items[index].keywords.formUnion(keywords)
            case .remove: items[index].flags.subtract(flags); items[index].keywords.subtract(keywords)
            case .replace: items[index].flags = flags; items[index].keywords = Set(keywords)
            }
        }
        folders[folder] = items
        let model = items
        #expect(states.map(\.uid) == model.map(\.uid).filter(set.contains))
    }
    mutating func copy() async throws {
        let folder = pick(), target = pick(), set = set(of: folder)
        let pairs = try await place.store.write { try $0.copy(from: folder, set, to: target).map { ($0.from, $0.to) } }
        for (from, to) in pairs {
            let body = folders[folder]?.first { $0.uid == from }?.body ?? "none"
            folders[target]?.append(ModelItem(to, body: body))
        }
    }
    mutating func move() async throws {
        let folder = pick(), target = pick(), set = set(of: folder)
        let pairs = try await place.store.write { try $0.move(from: folder, set, to: target).map { ($0.from, $0.to) } }
        for (from, to) in pairs {
            guard let index = folders[folder]?.firstIndex(where: { $0.uid == from }), let old = folders[folder]?.remove(at: index) else {
                Issue.record("moved what was not there")
                continue
            }
            #expect(old.id == to.id)
            folders[target]?.append(ModelItem(to, body: old.body))
        }
    }
    mutating func expunge() async throws {
        let folder = pick()
        let set = Bool.random(using: &generator) ? set(of: folder) : nil
        let uids = try await place.store.write { try $0.expunge(in: folder, set) }
        let expected = (folders[folder] ?? []).filter { $0.flags.contains(.deleted) && set?.contains($0.uid) ?? true }.map(\.uid)
        #expect(uids == expected)
        folders[folder]?.removeAll { uids.contains($0.uid) }
    }
    /// New content for an item: it keeps its id and gets another UID.
    mutating func replace() async throws {
        let folder = pick()
        guard let index = folders[folder]?.indices.randomElement(using: &generator), let old = folders[folder]?.remove(at: index) else { return }
        let body = "body \(Int.random(in: 0..<12, using: &generator))", flags = Flags(rawValue: UInt32.random(in: 0..<16, using: &generator))
        let state = try await place.store.write { try $0.replace(old.id, with: newItem(body, flags: flags)) }
        #expect(state.id == old.id && state.uid > old.uid && state.contentModseq == state.modseq && state.created < state.modseq)
        folders[folder]?.append(ModelItem(state, body: body))
    }
    /// What is done to one item by its id.
    mutating func single() async throws {
        let folder = pick(), target = pick()
        guard let index = folders[folder]?.indices.randomElement(using: &generator), var item = folders[folder]?.remove(at: index) else { return }
        let id = item.id
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: try await place.store.write { try $0.remove(id) }
        case 1:
            let state = try await place.store.write { try $0.move(id, to: target) }
            folders[target]?.append(ModelItem(state, body: item.body))
        default:
            let (bytes, flag) = ([UInt8.random(in: 0..<3, using: &generator)], Bool.random(using: &generator))
            let state = try await place.store.write { tx in
                _ = try tx.setProperties(id, bytes, flag: flag)
                return try tx.setFlags(id, FlagChange(.add, .forwarded))
            }
            #expect(try await place.store.read { try $0.item(id)?.properties } == bytes)
            item.flags = state.flags
            folders[folder]?.insert(item, at: index)
        }
    }
    mutating func addFolder() async throws {
        guard folders.count < 6 else { return }
        names += 1
        let name = "folder \(names)"
        let row = try await place.store.write { [account] in
            try $0.addFolder(account: account, parent: nil, name: name, itemClass: .mail, role: nil, isSubscribed: false)
        }
        folders[row.id] = []
    }
    mutating func removeFolder() async throws {
        guard folders.count > 3, let folder = folders.keys.max() else { return }
        try await place.store.write { try $0.removeFolder(folder) }
        folders[folder] = nil
        replicas.removeAll { $0.folder == folder }
    }
    mutating func remember() async throws {
        let folder = pick()
        let (states, row) = try await place.store.read { tx in (try tx.states(in: folder, UIDSet([1...UInt32.max]), limit: .max), try tx.folder(folder)) }
        replicas.append(Replica(
            folder: folder, position: row?.modseq ?? .zero, items: Dictionary(uniqueKeysWithValues: states.map { ($0.id, $0) }), uids: Set(states.map(\.uid))))
    }
    mutating func follow() async throws {
        guard let index = replicas.indices.randomElement(using: &generator) else { return }
        try await follow(index)
    }
    /// Pages of three, so that the cursor is tried as well.
    mutating func follow(_ index: Int) async throws {
        let replica = replicas[index]
        let (gone, changed, row) = try await place.store.read { tx in
            var gone: [GoneRow] = [], changed: [ItemState] = []
            while true {
                let page = try tx.gone(in: replica.folder, after: replica.position, from: gone.last.map { ($0.modseq, $0.item) }, limit: 3)
                if page.isEmpty { break }
                gone += page
            }
            while true {
                let page = try tx.changes(in: replica.folder, after: replica.position, from: changed.last.map { ($0.modseq, $0.id) }, limit: 3)
                if page.isEmpty { break }
                changed += page
            }
            return (gone, changed, try tx.folder(replica.folder))
        }
        for row in gone {
            replicas[index].items[row.item] = nil
            replicas[index].uids.remove(row.uid)
        }
        for state in changed {
            replicas[index].items[state.id] = state
            replicas[index].uids.insert(state.uid)
        }
        replicas[index].position = row?.modseq ?? .zero
    }

    mutating func compareReplicas() async throws {
        for index in replicas.indices {
            try await follow(index)
            let replica = replicas[index]
            let states = try await place.store.read { try $0.states(in: replica.folder, UIDSet([1...UInt32.max]), limit: .max) }
            #expect(replica.items.values.sorted { $0.uid < $1.uid } == states)
            #expect(replica.uids == Set(states.map(\.uid)))
        }
    }
    func compare() async throws {
        for (folder, items) in folders {
            let (states, bodies, row, uids) = try await place.store.read { tx in
                let states = try tx.states(in: folder, UIDSet([1...UInt32.max]), limit: .max)
                return (states, try states.map { try tx.content($0.content) }, try tx.folder(folder), try tx.uids(in: folder))
            }
            #expect(zip(states, bodies).map { ModelItem($0, body: String(decoding: $1, as: UTF8.self)) } == items)
            #expect(uids == items.map(\.uid))
            #expect(row?.total == items.count)
            #expect(row?.unseen == items.count { !$0.flags.contains(.seen) })
            #expect(row?.size == Int64(items.reduce(0) { $0 + $1.body.utf8.count }))
        }
    }
}
