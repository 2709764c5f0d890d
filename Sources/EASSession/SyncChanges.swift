import EASCodec
import Groupware
import MailStore
import Model

/// The writing half of Sync: the client's commands and the new keys, one commit. Runs inside of the store's writer: no parsing of mail here.
struct SyncChanges: Sendable {
    /// By collection: what the commands brought about, for Responses.
    var outcomes: [[Response]] = []

    struct Response: Sendable {
        var command: SyncRequest.Command
        var status: Int
        var item: ItemID?
        /// What the answer to a draft's command tells besides.
        var details: TokenFragment?
    }

    /// nil: another request of the device came between reading and writing; the plan is to be made anew.
    static func make(_ plan: SyncPlan, _ drafts: DraftWork, _ ask: SyncAsk, _ store: WriteTransaction) throws -> SyncChanges? {
        // All folders as they were before the first command: one commit, one modseq, and a command in one folder may touch another (the trash).
        var folders: [FolderRow] = []
        for collection in plan.collections {
            guard let folder = collection.folder, try store.syncState(device: ask.device.id, folder: folder.id) == collection.row else { return nil }
            // Another commit removed it: the answer would not be true any more.
            guard let before = try store.folder(folder.id) else { return nil }
            folders.append(before)
        }
        var changes = SyncChanges()
        var outcomes: [CommandOutcome] = []
        for (collection, before) in zip(plan.collections, folders) {
            guard case .answered = collection.kind else {
                outcomes.append(CommandOutcome())
                changes.outcomes.append([])
                continue
            }
            let (outcome, responses) = try apply(collection, before, drafts, ask, store)
            outcomes.append(outcome)
            changes.outcomes.append(responses)
        }
        for (index, collection) in plan.collections.enumerated() { try keep(collection, folders[index].modseq, outcomes[index], ask, store) }
        try Breaker.keep(
            plan.collections.compactMap { collection in if case .answered = collection.kind { collection.breaker } else { nil } }, ask.device, store)
        if let memory = ask.memory { try DeviceMemory.update(ask.device, store) { $0.sync = memory } }
        return changes
    }

    private static func keep(
        _ collection: CollectionPlan, _ before: ModSeq, _ outcome: CommandOutcome, _ ask: SyncAsk, _ store: WriteTransaction
    ) throws {
        guard let folder = collection.folder else { return }
        var position = collection.position
        switch collection.kind {
        case .quiet, .failed: return
        case .refreshed:
            if let row = collection.row { try store.put(row.refreshed(position.encode())) }
        case .answered(let newKey):
            for own in outcome.own { position.note(own, folderBefore: before) }
            guard collection.asked.syncKey != "0", let row = collection.row else {
                return try store.put(SyncStateRow(device: ask.device.id, folder: folder.id, firstKey: newKey, position: position.encode()))
            }
            guard newKey != row.key else { return }
            try store.put(row.advanced(from: collection.standing, to: newKey, position: position.encode(), outcome: outcome.encode()))
        }
    }

    private static func apply(
        _ collection: CollectionPlan, _ folder: FolderRow, _ drafts: DraftWork, _ ask: SyncAsk, _ store: WriteTransaction
    ) throws -> (CommandOutcome, [Response]) {
        guard let mapping = ItemMappings.mapping(for: folder.itemClass), !collection.asked.hasOnlyFetches else { return (collection.outcome, []) }
        var outcome = CommandOutcome(), responses: [Response] = [], kinds: OwnChange.Kinds = [], overlaps = collection.overlaps
        outcome.own = collection.outcome.own
        let trash = try store.folder(of: ask.account, role: .trash)
        var done = collection.outcome
        for command in collection.asked.commands {
            if case .fetch = command { continue }
            let hash = command.stableHash
            var entry: CommandOutcome.Entry
            if let known = done.take(hash) {
                entry = known
            } else {
                if case .change(let serverId, _, _, let data, _) = command, try isPending(serverId, mapping.parts(touchedBy: data), collection, store) {
                    overlaps = true
                }
                let made = drafts.made[hash]
                // What a draft became is told whole: its attachments may bear other references now.
                if case .replace = made { overlaps = true }
                let done: (status: Int, item: ItemID?)
                if let made {
                    done = try made.carryOut(command, folder, mapping, store)
                } else {
                    done = try carryOut(command, collection, folder, trash, mapping, store)
                }
                entry = .init(command: hash, status: done.status, item: done.item)
                kinds.formUnion(command.kind)
            }
            outcome.entries.append(entry)
            let details = try details(of: command, entry, folder, ask, store)
            responses.append(Response(command: command, status: entry.status, item: entry.item, details: details))
        }
        if overlaps { kinds.remove(.changes) }
        if let after = try store.folder(folder.id), after.modseq > folder.modseq { outcome.own.append(OwnChange(after.modseq, kinds, isWhole: !overlaps)) }
        if outcome.own.count > SyncPosition.Limits.own { outcome.own.removeFirst() }
        return (outcome, responses)
    }
    /// Somebody else changed a part of several values that the device has not heard of: what comes out is to be told.
    private static func isPending(_ serverId: String, _ parts: ItemParts, _ collection: CollectionPlan, _ store: ReadTransaction) throws -> Bool {
        guard !parts.isDisjoint(with: [.content, .marks]), let id = FolderNames.parseItem(serverId), let item = try store.item(id) else { return false }
        func isNews(_ modseq: ModSeq) -> Bool { modseq > collection.position.base && !collection.position.isOwn(modseq, .changes) }
        return isNews(item.state.marksModseq) || isNews(item.state.contentModseq)
    }

    /// In versions with drafts, what became of one. (MS-ASCMD §2.2.3.154)
    private static func details(
        of command: SyncRequest.Command, _ entry: CommandOutcome.Entry, _ folder: FolderRow, _ ask: SyncAsk, _ store: ReadTransaction
    ) throws -> TokenFragment? {
        guard entry.status == SyncStatus.success, ask.version.has(.drafts), folder.role == .drafts else { return nil }
        var id = entry.item
        if case .change(let serverId, _, _, _, _) = command { id = FolderNames.parseItem(serverId) }
        guard let id, let item = try store.item(id), item.folder == folder.id else { return nil }
        return DraftAnswer.write(item, command, try FileReferences(epoch: store.epoch(), account: ask.account))
    }

    private static func carryOut(
        _ command: SyncRequest.Command, _ collection: CollectionPlan, _ folder: FolderRow, _ trash: FolderRow?, _ mapping: any ItemMapping,
        _ store: WriteTransaction
    ) throws -> (Int, ItemID?) {
        func item(_ serverId: String) throws -> ItemRow? {
            guard let id = FolderNames.parseItem(serverId), let item = try store.item(id), item.folder == folder.id else { return nil }
            return item
        }
        switch command {
        case .add(_, _, let data, _): return try mapping.add(data, to: folder, store)
        case .change(let serverId, _, _, let data, _):
            guard let item = try item(serverId) else { return (SyncStatus.notFound, nil) }
            if mapping.hasConflicts, item.state.modseq > collection.position.base, !collection.position.isOwn(item.state.modseq, .changes),
                StickyOptions(decoding: collection.position.options)?.options.conflict ?? 1 == 1
            {
                return (SyncStatus.conflict, nil)
            }
            return (try mapping.change(item, by: data, store), nil)
        case .delete(let serverId, _, _):
            guard let item = try item(serverId) else { return (SyncStatus.notFound, nil) }
            if collection.asked.deletesAsMoves ?? true, let trash, trash.id != folder.id, folder.itemClass == trash.itemClass {
                _ = try store.move(item.state.id, to: trash.id)
            } else {
                try store.remove(item.state.id)
            }
            return (SyncStatus.success, nil)
        case .fetch: return (SyncStatus.success, nil)
        }
    }
}

extension SyncRequest.Command {
    var kind: OwnChange.Kinds {
        switch self {
        case .add: .adds
        case .change: .changes
        case .delete: .removals
        case .fetch: []
        }
    }
    /// The same for the same command in every process.
    var stableHash: UInt64 {
        var writer = TokenWriter()
        switch self {
        case .add(let clientId, _, let data, let sends):
            writer.open(AirSync.add)
            writer.element(AirSync.clientId, clientId)
            if sends { writer.empty(Email2.send) }
            data.write(to: &writer)
        case .change(let serverId, _, let instance, let data, let sends):
            writer.open(AirSync.change)
            writer.element(AirSync.serverId, serverId)
            if sends { writer.empty(Email2.send) }
            if let instance { writer.element(AirSyncBase.instanceId, instance) }
            data.write(to: &writer)
        case .delete(let serverId, _, let instance):
            writer.open(AirSync.delete)
            writer.element(AirSync.serverId, serverId)
            if let instance { writer.element(AirSyncBase.instanceId, instance) }
        case .fetch(let serverId):
            writer.open(AirSync.fetch)
            writer.element(AirSync.serverId, serverId)
        }
        writer.close()
        return CommandOutcome.hash(writer.finish())
    }
}
