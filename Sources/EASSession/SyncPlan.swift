import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// What a device asks of Sync, made whole: the cached parts of an empty or partial request are in it.
struct SyncAsk: Sendable {
    var collections: [SyncRequest.Collection]
    var windowSize: Int?
    /// Seconds.
    var wait: Int?
    let user: LogIn
    var account: AccountID { user.account }
    let device: DeviceRow
    let version: ProtocolVersion
    /// What an empty request repeats from now on; nil: as it was.
    var memory: DeviceMemory.Sync?
}

/// One collection's answer as far as it can be made without writing: everything but the outcome of the client's commands.
struct CollectionPlan: Sendable {
    enum Kind: Sendable, Equatable {
        /// Nothing to tell and nothing to store.
        case quiet
        /// Nothing to tell, but the position or the options are worth storing under the same key.
        case refreshed
        /// An answer with a new key.
        case answered(newKey: Int64)
        case failed(Int)
    }
    let asked: SyncRequest.Collection
    var kind: Kind
    var folder: FolderRow?
    var row: SyncStateRow?
    var standing = SyncKeys.Standing.current
    /// After the walk.
    var position = SyncPosition()
    /// Commands of the answer, as a fragment without the element Commands.
    var commands: TokenFragment?
    var hasMore = false
    /// Responses to Fetch, as a fragment.
    var fetches: TokenFragment?
    /// What the commands did the first time, where their answer was lost.
    var outcome = CommandOutcome()
    /// The device changes something here that it is told of, in part, in the same answer: what it did is told once more in the next.
    var overlaps = false
    /// nil where nothing was walked.
    var breaker: Breaker.Case?
}

/// The reading half of Sync: one snapshot, all collections.
struct SyncPlan: Sendable {
    enum Limits {
        /// Changes of one answer, over all collections. (MS-ASCMD §2.2.3.199)
        static let window = 512
        static let defaultWindow = 100
        /// Bytes of commands after which no further item is begun. Slow links must finish.
        static let bytes = 1_048_576
        /// Bytes of fetched items, over all collections: an item that would go beyond is to be asked for again. The first always goes.
        static let fetched = 4_194_304
        static let collections = 1000
    }
    /// A Status of the whole answer: nothing of the request was done.
    var failure: Int?
    var collections: [CollectionPlan] = []

    var hasNews: Bool {
        failure != nil
            || collections.contains { plan in
                switch plan.kind {
                case .answered, .failed: true
                case .quiet, .refreshed: false
                }
            }
    }
    var needsWrite: Bool {
        collections.contains { plan in
            switch plan.kind {
            case .answered, .refreshed: true
            case .quiet, .failed: false
            }
        }
    }

    init(_ ask: SyncAsk, now: Timestamp, _ store: ReadTransaction) throws {
        var windowLeft = Self.window(ask.windowSize, absent: Limits.window)
        var bytesLeft = Limits.bytes, fetchLeft = Limits.fetched
        let references = try FileReferences(epoch: store.epoch(), account: ask.account)
        let breaker = Breaker(memory: DeviceMemory(ask.device))
        for asked in ask.collections {
            guard let key = asked.syncKey, let id = asked.collectionId else {
                failure = SyncStatus.protocolError
                return
            }
            guard let number = FolderNames.parse(id), let folder = try store.folder(number), folder.account == ask.account,
                let mapping = ItemMappings.mapping(for: folder.itemClass)
            else {
                failure = SyncStatus.hierarchyChanged
                return
            }
            guard StickyOptions.areSound(asked.options, for: mapping.name) else {
                failure = SyncStatus.protocolError
                return
            }
            var plan = CollectionPlan(asked: asked, kind: .quiet, folder: folder)
            let row = try store.syncState(device: ask.device.id, folder: folder.id)
            plan.row = row
            if key == "0" {
                Self.begin(&plan, folder, ask, mapping)
            } else {
                try Self.go(
                    on: &plan, SyncKeys.parse(key), now, mapping, ask.version, references, breaker, &windowLeft, &bytesLeft, &fetchLeft, store)
            }
            collections.append(plan)
        }
    }
    static func window(_ asked: Int?, absent: Int) -> Int {
        guard let asked else { return absent }
        return asked <= 0 || asked > Limits.window ? Limits.window : asked
    }

    /// Key 0: a key, and nothing else. (MS-ASCMD §2.2.3.181.4)
    private static func begin(_ plan: inout CollectionPlan, _ folder: FolderRow, _ ask: SyncAsk, _ mapping: any ItemMapping) {
        guard plan.asked.commands.isEmpty else {
            plan.kind = .failed(SyncStatus.protocolError)
            return
        }
        plan.position.options = StickyOptions(plan.asked, remembered: [], itemClass: mapping.name).encode()
        plan.kind = .answered(newKey: SyncKeys.make())
    }

    private static func go(
        on plan: inout CollectionPlan, _ key: Int64, _ now: Timestamp, _ mapping: any ItemMapping, _ version: ProtocolVersion,
        _ references: FileReferences, _ breaker: Breaker, _ windowLeft: inout Int, _ bytesLeft: inout Int, _ fetchLeft: inout Int, _ store: ReadTransaction
    ) throws {
        let standing = SyncKeys.standing(of: key, in: plan.row)
        guard let row = plan.row, let folder = plan.folder, let old = row.position(for: standing) else {
            plan.kind = .failed(SyncStatus.wrongKey)
            return
        }
        plan.standing = standing
        var position = old
        if standing == .replay {
            plan.outcome = CommandOutcome(decoding: row.lastOutcome)
            for own in plan.outcome.own { position.note(own, folderBefore: ModSeq(-1)) }
        }
        let sticky = StickyOptions(plan.asked, remembered: old.options, itemClass: mapping.name)
        position.options = sticky.encode()
        let context = MappingContext(store: store, version: version, options: sticky.options, references: references)
        var told = 0, read = 0
        if plan.asked.getChanges ?? true, windowLeft > 0, bytesLeft > 0 {
            var found = breaker.judge(folder.id, key, standing)
            let limit = found.isAlone ? 1 : min(windowLeft, Self.window(plan.asked.windowSize, absent: Limits.defaultWindow))
            var walk = Walk(position, limit: limit, bytes: bytesLeft, commands: plan.asked.commands, done: plan.outcome, mapping, skipped: found.skipped)
            do {
                try walk.go(folder, cutoff: sticky.cutoff(now: now), context)
            } catch SyncFailure.startAnew {
                plan.kind = .failed(SyncStatus.wrongKey)
                return
            }
            position = walk.position
            told = walk.told
            read = walk.rowsRead
            windowLeft -= told
            bytesLeft -= walk.written
            plan.hasMore = walk.hasMore
            plan.overlaps = walk.overlaps
            found.answered(told, last: walk.last)
            plan.breaker = found
            plan.commands = walk.finished()
        } else if plan.asked.getChanges ?? true {
            do {
                plan.hasMore = try old.isFresh || ChangeWindow(from: position, in: folder, cutoff: sticky.cutoff(now: now)).hasMore(store)
            } catch SyncFailure.startAnew {
                plan.kind = .failed(SyncStatus.wrongKey)
                return
            }
        }
        plan.position = position
        plan.fetches = try Self.fetch(plan.asked, folder, mapping, context, left: &fetchLeft)
        if told > 0 || !plan.asked.commands.isEmpty || standing == .replay || (old.isFresh && plan.asked.getChanges ?? true) {
            plan.kind = .answered(newKey: SyncKeys.make())
        } else if plan.hasMore {
            // The window was full before this collection's turn: its key stays, and the device asks again.
            plan.kind = .answered(newKey: position == old ? key : SyncKeys.make())
        } else if position != old, read > 0 || position.options != old.options || position.cutoff != old.cutoff {
            plan.kind = .refreshed
        }
    }

    /// Items asked for one by one; each answered by itself. (MS-ASCMD §2.2.3.67.2) What is beyond the budget is not even read: Status 5, and
    /// the device asks again. (MS-ASCMD §2.2.3.177.17)
    private static func fetch(
        _ asked: SyncRequest.Collection, _ folder: FolderRow, _ mapping: any ItemMapping, _ context: MappingContext, left: inout Int
    ) throws -> TokenFragment? {
        var writer = TokenWriter(), deleted: Set<String> = []
        for command in asked.commands {
            if case .delete(let serverId, _, _) = command { deleted.insert(serverId) }
            guard case .fetch(let serverId) = command else { continue }
            let mark = writer.mark, before = writer.count
            // Commands are done in their order: what one before it deleted is not there any more.
            let isGone = deleted.contains(serverId)
            let status = isGone ? SyncStatus.notFound : try fetch(serverId, folder, mapping, context, isAllowed: left > 0, &writer)
            let isFirst = left == Limits.fetched, size = writer.count - before
            if status == SyncStatus.success, size <= left || isFirst {
                left -= size
                continue
            }
            if status == SyncStatus.success { left = 0 }
            writer.rewind(to: mark)
            writer.open(AirSync.fetch)
            writer.element(AirSync.serverId, serverId)
            writer.element(AirSync.status, status == SyncStatus.success ? SyncStatus.serverError : status)
            writer.close()
        }
        return writer.fragment()
    }
    private static func fetch(
        _ serverId: String, _ folder: FolderRow, _ mapping: any ItemMapping, _ context: MappingContext, isAllowed: Bool, _ writer: inout TokenWriter
    ) throws -> Int {
        guard let id = FolderNames.parseItem(serverId), let item = try context.store.item(id), item.folder == folder.id else { return SyncStatus.notFound }
        guard isAllowed else { return SyncStatus.serverError }
        writer.open(AirSync.fetch)
        writer.element(AirSync.serverId, serverId)
        writer.element(AirSync.status, SyncStatus.success)
        writer.open(AirSync.applicationData)
        try mapping.write(item, context, &writer)
        writer.close()
        writer.close()
        return SyncStatus.success
    }
}

extension SyncRequest.Collection {
    var hasOnlyFetches: Bool {
        commands.allSatisfy { if case .fetch = $0 { true } else { false } }
    }
}

/// One collection's changes, written as they are found, until the window or the bytes are full.
private struct Walk: ~Copyable {
    private(set) var position: SyncPosition
    let limit: Int
    let bytes: Int
    private let mapping: any ItemMapping
    /// Items that the client deletes in this very request: it is told nothing more of them.
    private var deleted: Set<ItemID> = []
    /// Items that it deleted under an answer that was lost: it has them no more, but they may have come back since.
    private var deletedBefore: Set<ItemID> = []
    /// What the client changes in this very request: its own value stands, and is not told back.
    private var touched: [ItemID: ItemParts] = [:]
    private(set) var overlaps = false
    private var commands = TokenWriter(capacity: 4096)
    /// Octets of commands.
    var written: Int { commands.count }
    private(set) var told = 0
    private(set) var rowsRead = 0
    private(set) var hasMore = false
    /// The item told of last.
    private(set) var last: ItemID?
    /// Items that this device could not take: it is only told when they go.
    private let skipped: Set<ItemID>

    init(
        _ position: SyncPosition, limit: Int, bytes: Int, commands asked: [SyncRequest.Command], done: CommandOutcome, _ mapping: any ItemMapping,
        skipped: Set<ItemID>
    ) {
        self.skipped = skipped
        self.position = position
        self.limit = limit
        self.bytes = bytes
        self.mapping = mapping
        // What was done under a lost answer is not done again: what happened since is news.
        var done = done
        for command in asked {
            let isDone = !done.isEmpty && done.take(command.stableHash) != nil
            switch command {
            case .delete(let serverId, _, _):
                guard let id = FolderNames.parseItem(serverId) else { continue }
                if isDone { deletedBefore.insert(id) } else { deleted.insert(id) }
            case .change(let serverId, _, _, let data, _):
                if !isDone, let id = FolderNames.parseItem(serverId) { touched[id, default: []].formUnion(mapping.parts(touchedBy: data)) }
            case .add, .fetch: continue
            }
        }
    }
    consuming func finished() -> TokenFragment? { commands.fragment() }
    mutating func go(_ folder: FolderRow, cutoff: Timestamp?, _ context: MappingContext) throws {
        if ChangeWindow.isQuiet(position, in: folder, cutoff: cutoff) { return }
        var window = try ChangeWindow(from: position, in: folder, cutoff: cutoff)
        position = window.position
        defer { rowsRead = window.rowsRead }
        while true {
            let before = window.position
            guard let found = try window.next(context.store) else { break }
            guard let change = told(of: found) else { continue }
            if told == limit {
                position = before
                hasMore = true
                return
            }
            let mark = commands.mark
            let isWritten = try write(change, context)
            if commands.count > bytes, told > 0 {
                commands.rewind(to: mark)
                position = before
                hasMore = true
                return
            }
            if isWritten {
                told += 1
                last = change.item
            }
        }
        position = window.position
    }
    /// What is left to tell of a change beside the client's own commands. A mark or a content has several values: where both sides
    /// changed some of them, what came out is told in the next answer.
    private mutating func told(of change: SyncChange) -> SyncChange? {
        if deleted.contains(change.item) { return nil }
        if skipped.contains(change.item) {
            switch change {
            case .add, .change: return nil
            case .delete, .softDelete: return change
            }
        }
        if deletedBefore.contains(change.item) {
            switch change {
            case .add(let state): return .add(state)
            case .change(let state, let parts): return parts.contains(.content) ? .add(state) : nil
            case .delete, .softDelete: return nil
            }
        }
        guard let own = touched[change.item] else { return change }
        switch change {
        case .change(let state, let parts):
            let common = parts.intersection(own)
            if !common.isDisjoint(with: [.content, .marks]) || parts.contains(.content) { overlaps = true }
            if parts.contains(.content) { return change }
            let rest = parts.subtracting(own)
            return rest.isEmpty ? nil : .change(state, rest)
        case .add:
            overlaps = true
            return change
        case .delete, .softDelete: return change
        }
    }
    /// False where the device's version has no word for what changed, and where the item has gone since its state was read, which one snapshot
    /// forbids.
    private mutating func write(_ change: SyncChange, _ context: MappingContext) throws -> Bool {
        switch change {
        case .add(let state):
            guard let item = try context.store.item(state.id) else { return false }
            commands.open(AirSync.add)
            commands.element(AirSync.serverId, FolderNames.id(state.id))
            commands.open(AirSync.applicationData)
            try mapping.write(item, context, &commands)
        case .change(let state, let parts):
            guard mapping.tells(parts, in: context.version), let item = try context.store.item(state.id) else { return false }
            commands.open(AirSync.change)
            commands.element(AirSync.serverId, FolderNames.id(state.id))
            commands.open(AirSync.applicationData)
            if parts.contains(.content) { try mapping.write(item, context, &commands) } else { try mapping.write(parts, of: item, context, &commands) }
        case .delete(let id):
            commands.open(AirSync.delete)
            commands.element(AirSync.serverId, FolderNames.id(id))
            commands.close()
            return true
        case .softDelete(let id):
            commands.open(AirSync.softDelete)
            commands.element(AirSync.serverId, FolderNames.id(id))
            commands.close()
            return true
        }
        commands.close()
        commands.close()
        return true
    }
}
