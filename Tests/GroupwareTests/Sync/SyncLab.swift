import Groupware
import MailStore
import Model
import TestSupport

/// What a device believes of one item.
struct Belief: Equatable {
    var seen: Bool, flagged: Bool, answered: Bool, content: ContentID
    init(_ state: ItemState) {
        seen = state.flags.contains(.seen)
        flagged = state.flags.contains(.flagged)
        answered = state.flags.contains(.answered)
        content = state.content
    }
}

/// A user with two folders.
struct SyncLab {
    let temporary: TemporaryStore
    var store: MailStore { temporary.store }
    let account: AccountID
    let folder: FolderID
    let other: FolderID

    init() async throws {
        temporary = try TemporaryStore()
        (account, folder, other) = try await temporary.store.write { store in
            try store.addDomain("example.org")
            let account = try store.addAccount(name: "ann@example.org", displayName: "Ann", quota: nil)
            let one = try store.addFolder(account: account, parent: nil, name: "One", itemClass: .mail, role: nil, isSubscribed: true)
            let two = try store.addFolder(account: account, parent: nil, name: "Two", itemClass: .mail, role: nil, isSubscribed: true)
            return (account, one.id, two.id)
        }
    }
    func row(_ folder: FolderID) async throws -> FolderRow {
        let row = try await store.read { try $0.folder(folder) }
        guard let row else { throw StoreError.notFound }
        return row
    }
    @discardableResult
    func append(_ number: Int, date: Timestamp, to folder: FolderID? = nil, flags: Flags = []) async throws -> ItemState {
        let target = folder ?? self.folder
        return try await store.write { store in
            var item = NewItem(content: .bytes(Array("number \(number)".utf8)), summary: [], date: date)
            item.flags = flags
            return try store.append(item, to: target)
        }
    }
    func states(_ folder: FolderID, since: Timestamp?) async throws -> [ItemState] {
        try await store.read { try $0.states(in: folder, UIDSet([1...UInt32.max]), limit: 100_000).filter { since == nil || $0.date >= since! } }
    }
}

/// One device and the server's row for it: the engine driven as a session drives it.
final class ReplicaDevice {
    private(set) var row: SyncStateRow
    /// The key that the device has.
    private(set) var key: Int64
    private(set) var items: [ItemID: Belief] = [:]
    private(set) var anomalies: [String] = []
    private var ownDeletions: Set<ItemID> = []
    /// What was told in the last answer.
    private(set) var last: [SyncChange] = []
    var cutoff: Timestamp?
    var window: Int
    private let folder: FolderID
    /// Commands whose answer was lost: sent again with the same key.
    private var unanswered: [Command] = []

    enum Command: Hashable { case seen(ItemID, Bool), flag(ItemID, Bool), delete(ItemID), add(Int) }

    init(_ folder: FolderID, cutoff: Timestamp?, window: Int, using generator: inout SeededGenerator) {
        self.folder = folder
        self.cutoff = cutoff
        self.window = window
        key = SyncKeys.make(using: &generator)
        row = SyncStateRow(device: DeviceID(1), folder: folder, firstKey: key, position: SyncPosition().encode())
    }
    private struct Answer: Sendable { var row: SyncStateRow; var changes: [SyncChange]; var hasMore: Bool; var added: [Int: ItemState] }

    /// One Sync; true where there is more. `isLost`: the answer never comes.
    func sync(
        _ store: MailStore, _ commands: [Command] = [], isLost: Bool = false, using generator: inout SeededGenerator
    ) async throws -> Bool {
        let commands = unanswered + commands
        let newKey = SyncKeys.make(using: &generator)
        let row = row, key = key, folder = folder, cutoff = cutoff, window = window
        let standing = SyncKeys.standing(of: key, in: row)
        guard var position = row.position(for: standing) else {
            anomalies.append("the key is unknown")
            return false
        }
        let wasFresh = position.isFresh
        let outcome = standing == .replay ? CommandOutcome(decoding: row.lastOutcome) : CommandOutcome()
        for own in outcome.own { position.note(own, folderBefore: ModSeq(-1)) }
        var before = Set<ItemID>(), left = outcome
        let news = commands.filter { command in
            if left.take(CommandOutcome.hash("\(command)".utf8)) == nil { return true }
            if case .delete(let id) = command { before.insert(id) }
            return false
        }
        let deletedBefore = before
        let deleted = Set(news.compactMap { if case .delete(let id) = $0 { id } else { nil } })
        let own = Self.touched(by: news)
        let start = position
        let answer = try await store.read { store in
            var changes: [SyncChange] = [], hasMore = false, overlaps = false
            guard let now = try store.folder(folder) else { throw StoreError.notFound }
            var walk = try ChangeWindow(from: start, in: now, cutoff: cutoff)
            var end = walk.position
            while true {
                guard var change = try walk.next(store) else { end = walk.position; break }
                if deleted.contains(change.item) { end = walk.position; continue }
                if deletedBefore.contains(change.item) {
                    switch change {
                    case .add: break
                    case .change(let state, let parts) where parts.contains(.content): change = .add(state)
                    default: end = walk.position; continue
                    }
                }
                if changes.count == window { hasMore = true; break }
                if let parts = own[change.item] {
                    switch change {
                    case .change(let state, let news) where !news.contains(.content):
                        if news.isSubset(of: parts) { end = walk.position; continue }
                        change = .change(state, news.subtracting(parts))
                    case .change, .add: overlaps = true
                    case .delete, .softDelete: break
                    }
                }
                changes.append(change)
                end = walk.position
            }
            return (changes, hasMore, end, overlaps)
        }
        let end = answer.2, overlaps = answer.3
        let done = try await store.write { store in
            try Self.carryOut(commands, outcome, overlaps, folder, end, store)
        }
        let isNews = !answer.0.isEmpty || !commands.isEmpty || wasFresh || standing == .replay
        if isNews {
            self.row = row.advanced(from: standing, to: newKey, position: done.position.encode(), outcome: done.outcome.encode())
        } else {
            self.row.position = done.position.encode()
        }
        if isLost {
            unanswered = commands
            return true
        }
        unanswered = []
        if isNews { self.key = newKey }
        last = answer.0
        // An addition that somebody deleted before its repeated answer: the device hears of both at once.
        ownDeletions.formUnion(done.vanished)
        learn(commands, done.added)
        for change in answer.0 { learn(change) }
        return answer.1
    }
    private static func touched(by commands: [Command]) -> [ItemID: ItemParts] {
        var touched: [ItemID: ItemParts] = [:]
        for command in commands {
            if case .seen(let id, _) = command { touched[id, default: []].insert(.seen) }
            if case .flag(let id, _) = command { touched[id, default: []].insert(.flag) }
        }
        return touched
    }
    private static func carryOut(
        _ commands: [Command], _ known: CommandOutcome, _ overlaps: Bool, _ folder: FolderID, _ end: SyncPosition, _ store: WriteTransaction
    ) throws -> (position: SyncPosition, outcome: CommandOutcome, added: [Int: ItemState], vanished: Set<ItemID>) {
        var position = end, outcome = CommandOutcome(), added: [Int: ItemState] = [:], vanished: Set<ItemID> = []
        outcome.own = known.own
        var kinds: OwnChange.Kinds = []
        guard let before = try store.folder(folder) else { throw StoreError.notFound }
        var left = known
        for command in commands {
            let hash = CommandOutcome.hash("\(command)".utf8)
            if let entry = left.take(hash) {
                outcome.entries.append(entry)
                if case .add(let number) = command, let id = entry.item {
                    if let item = try store.item(id) { added[number] = item.state } else { vanished.insert(id) }
                }
                continue
            }
            var made: ItemID?
            switch command {
            case .seen(let id, let value):
                if let item = try store.item(id), item.folder == folder {
                    _ = try store.setFlags(id, FlagChange(value ? .add : .remove, .seen))
                    if !overlaps { kinds.insert(.changes) }
                }
            case .flag(let id, let value):
                if let item = try store.item(id), item.folder == folder {
                    _ = try store.setFlags(id, FlagChange(value ? .add : .remove, .flagged))
                    if !overlaps { kinds.insert(.changes) }
                }
            case .delete(let id):
                if let item = try store.item(id), item.folder == folder {
                    try store.remove(id)
                    kinds.insert(.removals)
                }
            case .add(let number):
                let item = NewItem(content: .bytes(Array("own \(number)".utf8)), summary: [], date: Timestamp(milliseconds: 1_700_864_000_000 + Int64(number)))
                let state = try store.append(item, to: folder)
                added[number] = state
                made = state.id
                kinds.insert(.adds)
            }
            outcome.entries.append(.init(command: hash, status: 1, item: made))
        }
        if let after = try store.folder(folder), after.modseq > before.modseq {
            outcome.own.append(OwnChange(after.modseq, kinds, isWhole: !overlaps))
        }
        for own in outcome.own { position.note(own, folderBefore: before.modseq) }
        return (position, outcome, added, vanished)
    }
    private func learn(_ commands: [Command], _ added: [Int: ItemState]) {
        for command in commands {
            switch command {
            case .seen(let id, let value): items[id]?.seen = value
            case .flag(let id, let value): items[id]?.flagged = value
            case .delete(let id):
                items[id] = nil
                ownDeletions.insert(id)
            case .add(let number): if let state = added[number] { items[state.id] = Belief(state) }
            }
        }
    }
    private func learn(_ change: SyncChange) {
        switch change {
        case .add(let state):
            if items[state.id] != nil { anomalies.append("Add of \(state.id), which is there already") }
            items[state.id] = Belief(state)
        case .change(let state, let parts):
            guard items[state.id] != nil else { anomalies.append("Change of unknown \(state.id)"); return }
            let now = Belief(state)
            if parts.contains(.content) { items[state.id] = now }
            if parts.contains(.seen) { items[state.id]?.seen = now.seen }
            if parts.contains(.flag) { items[state.id]?.flagged = now.flagged }
            if parts.contains(.marks) { items[state.id]?.answered = now.answered }
        case .delete(let id), .softDelete(let id):
            // A foreign deletion that was on its way when the device deleted the same item is told all the same.
            if items.removeValue(forKey: id) == nil, !ownDeletions.contains(id) { anomalies.append("\(change) of unknown") }
        }
    }
    func forgetAnomalies() { anomalies = [] }
}
