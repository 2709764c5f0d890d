package import MailStore
package import Model

/// One thing that a device is to be told about a folder. What kind of item it is does not matter here.
package enum SyncChange: Sendable, Equatable {
    case add(ItemState)
    /// Only the parts that changed; `.content` stands for all of it.
    case change(ItemState, ItemParts)
    case delete(ItemID)
    /// It left the filter's window and stays on the server. (MS-ASCMD §2.2.3.172)
    case softDelete(ItemID)

    package var item: ItemID {
        switch self {
        case .add(let state), .change(let state, _): state.id
        case .delete(let id), .softDelete(let id): id
        }
    }
}

package struct ItemParts: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let content = ItemParts(rawValue: 1)
    package static let seen = ItemParts(rawValue: 2)
    package static let flag = ItemParts(rawValue: 4)
    package static let marks = ItemParts(rawValue: 8)
}

package enum SyncFailure: Error, Equatable {
    /// What the position would need is no longer remembered, or the store is older than the position (it was restored): start anew.
    case startAnew
}

/// What changed in a folder since a position, one change at a time; `position` always says where the device stands when it has got all
/// that was taken. Stop wherever the window or the bytes are full. One snapshot, O(changes), no list of items. (store.md §3)
///
/// The streams are drained in this order, each before the next begins: what is gone, what changed, what fell out of the filter, what came,
/// the backlog. So an item that is added bears its present state, and no later stream has anything to say about it.
package struct ChangeWindow {
    package enum Limits {
        /// Rows read at once.
        static let page = 128
        /// Rows of one date that are passed over before reading more.
        static let sameDate = 1_048_576
    }
    private enum Stream { case gone, changed, softDeleted, added, backlog, finished }

    package private(set) var position: SyncPosition
    /// Rows that were looked at: a position that looked at many and told nothing is worth storing.
    package private(set) var rowsRead = 0
    private let folder: FolderRow
    private let target: Timestamp?
    private var stream = Stream.gone
    private var goneRows: ArraySlice<GoneRow> = []
    private var states: ArraySlice<ItemState> = []
    /// Told as changed in this window, all of them.
    private var justRevived: Set<ItemID> = []
    /// Told as deleted in this window: an item that was saved anew before it went has left the folder twice.
    private var justDeleted: Set<ItemID> = []
    /// The last page of the stream has been read.
    private var isLastPage = false

    /// `cutoff` is the filter's lower date as of now; nil for everything.
    package init(from position: SyncPosition, in folder: FolderRow, cutoff: Timestamp?) throws(SyncFailure) {
        self.position = position
        self.folder = folder
        target = cutoff
        let last = UID(folder.uidNext.rawValue &- 1)
        if position.isFresh {
            self.position.isFresh = false
            self.position.base = folder.modseq
            self.position.changed = .init(folder.modseq)
            self.position.gone = .init(folder.modseq)
            self.position.uid = last
            self.position.cutoff = cutoff
            self.position.cutoffItem = nil
            self.position.backlog = folder.total == 0 ? [] : [.init(uid: last, since: cutoff, below: nil)]
            self.position.revived = []
            stream = .backlog
            return
        }
        guard position.base <= folder.modseq, position.uid <= last else { throw .startAnew }
        if position.gone.modseq < folder.goneFloor, position.gone.modseq < folder.modseq { throw .startAnew }
        try widen()
    }

    /// Nothing has happened since the position that a device could be told: one compare, no row read.
    package static func isQuiet(_ position: SyncPosition, in folder: FolderRow, cutoff: Timestamp?) -> Bool {
        !position.isFresh && position.backlog.isEmpty && position.uid.rawValue &+ 1 == folder.uidNext.rawValue && position.cutoff == cutoff
            && position.cutoffItem == nil && position.changed == .init(folder.modseq) && position.gone == .init(folder.modseq)
    }

    /// A wider filter: what lies between the two dates is a backlog of its own.
    private mutating func widen() throws(SyncFailure) {
        guard let old = position.cutoff, target.map({ $0 < old || $0 == old && position.cutoffItem != nil }) ?? true else { return }
        position.clipBacklog(to: old, position.cutoffItem)
        guard position.backlog.count < SyncPosition.Limits.backlogs else { throw .startAnew }
        let below = SyncPosition.Mark(date: old, item: position.cutoffItem.map { ItemID($0.rawValue &+ 1) } ?? ItemID(Int64.min))
        position.backlog.append(.init(uid: position.uid, since: target, below: below))
        position.cutoff = target
        position.cutoffItem = nil
    }

    /// The next thing to tell; nil when the device has everything.
    package mutating func next(_ store: ReadTransaction) throws -> SyncChange? {
        while true {
            switch stream {
            case .gone: if let change = try nextGone(store) { return change }
            case .changed: if let change = try nextChanged(store) { return change }
            case .softDeleted: if let change = try nextSoftDeleted(store) { return change }
            case .added: if let change = try nextAdded(store) { return change }
            case .backlog: if let change = try nextOfBacklog(store) { return change }
            case .finished: return nil
            }
        }
    }
    /// Whether there is more to tell; the window itself stays where it is.
    package func hasMore(_ store: ReadTransaction) throws -> Bool {
        var walk = self
        return try walk.next(store) != nil
    }
    /// How many changes there are to tell: the walk itself, so that an estimate and the next Sync never disagree. It ends where `rows` that may
    /// be read are used up, but says at least whether there is anything.
    package func count(_ store: ReadTransaction, rows: inout Int) throws -> Int {
        var walk = self
        var count = 0
        while count == 0 || walk.rowsRead <= rows, try walk.next(store) != nil { count += 1 }
        rows -= min(rows, walk.rowsRead)
        return count
    }
    private mutating func begin(_ next: Stream) {
        stream = next
        isLastPage = false
        states = []
    }
}

// MARK: The feed: gone, changed, added

extension ChangeWindow {
    private mutating func nextGone(_ store: ReadTransaction) throws -> SyncChange? {
        while true {
            if let row = goneRows.popFirst() {
                let had = position.has(row.uid, created: row.created, date: row.date, item: row.item)
                position.gone = .init(row.modseq, row.item)
                position.revived.removeAll { $0 == row.uid }
                guard had, !position.isOwn(row.modseq, .removals) else { continue }
                if let back = try revival(of: row, store) { return back }
                if justDeleted.insert(row.item).inserted { return .delete(row.item) }
                continue
            }
            if isLastPage || position.gone == .init(folder.modseq) { break }
            let from = position.gone.item.map { (position.gone.modseq, $0) }
            goneRows = try store.gone(in: folder.id, after: position.gone.floor, from: from, limit: Limits.page)[...]
            rowsRead += goneRows.count
            isLastPage = goneRows.count < Limits.page
        }
        position.gone = .init(folder.modseq)
        begin(.changed)
        return nil
    }
    /// An item that left and is here again under its id (moved back, saved anew) is one that changed, not one that went and came.
    private mutating func revival(of row: GoneRow, _ store: ReadTransaction) throws -> SyncChange? {
        guard let now = try store.item(row.item), now.folder == folder.id, now.state.uid > position.uid, !position.revived.contains(now.state.uid),
            position.revived.count < SyncPosition.Limits.revived, isAboveTarget(now.state)
        else { return nil }
        position.revived.append(now.state.uid)
        justRevived.insert(now.state.id)
        return .change(now.state, .content)
    }

    private mutating func nextChanged(_ store: ReadTransaction) throws -> SyncChange? {
        while true {
            if let state = states.popFirst() {
                position.changed = .init(state.modseq, state.id)
                guard position.has(state), !justRevived.contains(state.id) else { continue }
                let parts = parts(of: state)
                if !parts.isEmpty { return .change(state, parts) }
                continue
            }
            if isLastPage || position.changed == .init(folder.modseq) { break }
            let from = position.changed.item.map { (position.changed.modseq, $0) }
            states = try store.changes(in: folder.id, after: position.changed.floor, from: from, limit: Limits.page)[...]
            rowsRead += states.count
            isLastPage = states.count < Limits.page
        }
        position.changed = .init(folder.modseq)
        position.base = folder.modseq
        begin(.softDeleted)
        return nil
    }
    /// What of an item that the device has changed since, and not by the device itself.
    private func parts(of state: ItemState) -> ItemParts {
        var parts: ItemParts = []
        func isNews(_ modseq: ModSeq) -> Bool { modseq > position.base && !position.isOwn(modseq, .changes) }
        if isNews(state.contentModseq), state.contentModseq != state.created { parts.insert(.content) }
        if isNews(state.seenModseq) { parts.insert(.seen) }
        if isNews(state.flaggedModseq) { parts.insert(.flag) }
        if isNews(state.marksModseq) { parts.insert(.marks) }
        return parts
    }
    private func isAboveTarget(_ state: ItemState) -> Bool { target.map { state.date >= $0 } ?? true }

    private mutating func nextAdded(_ store: ReadTransaction) throws -> SyncChange? {
        while true {
            if let state = states.popFirst() {
                position.uid = state.uid
                if position.revived.contains(state.uid) {
                    position.revived.removeAll { $0 == state.uid }
                    continue
                }
                guard isAboveTarget(state) else { continue }
                // The device's own addition is on the device; what became of it since was told with the changes.
                if position.isOwn(state.created, .adds) { continue }
                return .add(state)
            }
            if isLastPage || position.uid.rawValue &+ 1 >= folder.uidNext.rawValue { break }
            let news = UIDSet([(position.uid.rawValue &+ 1)...UInt32.max])
            states = try store.states(in: folder.id, news, limit: Limits.page)[...]
            rowsRead += states.count
            isLastPage = states.count < Limits.page
        }
        position.uid = UID(folder.uidNext.rawValue &- 1)
        position.own = position.backlog.isEmpty ? [] : position.own.filter { $0.kinds.contains(.adds) }
        begin(.backlog)
        return nil
    }
}

// MARK: The filter's window, and the backlog

extension ChangeWindow {
    private mutating func nextSoftDeleted(_ store: ReadTransaction) throws -> SyncChange? {
        guard let target, position.cutoff.map({ $0 < target }) ?? true else {
            begin(.added)
            return nil
        }
        while true {
            if let state = states.popFirst() {
                let had = position.has(state)
                position.cutoff = state.date
                position.cutoffItem = state.id
                position.revived.removeAll { $0 == state.uid }
                if had { return .softDelete(state.id) }
                continue
            }
            if isLastPage { break }
            try readFallenOut(store, below: target)
        }
        position.cutoff = target
        position.cutoffItem = nil
        position.clipBacklog(to: target, nil)
        begin(.added)
        return nil
    }
    /// A page of items between the old and the new lower date. Those of the very date where the last page ended are passed over.
    private mutating func readFallenOut(_ store: ReadTransaction, below target: Timestamp) throws {
        let start = position.cutoff ?? Timestamp(rawValue: .min)
        guard start < target else { isLastPage = true; return }
        var limit = Limits.page
        while true {
            let page = try store.items(in: folder.id, dated: start..<target, limit: limit)
            rowsRead += page.count
            states = page.filter { position.isInWindow(.init(date: $0.date, item: $0.id)) }[...]
            isLastPage = page.count < limit
            if !states.isEmpty || isLastPage || limit >= Limits.sameDate { return }
            limit *= 4
        }
    }

    private mutating func nextOfBacklog(_ store: ReadTransaction) throws -> SyncChange? {
        while let part = position.backlog.first {
            if let state = states.popFirst() {
                let mark = SyncPosition.Mark(date: state.date, item: state.id)
                position.backlog[0].below = mark
                if state.uid <= part.uid, part.isAbove(mark), !position.isOwn(state.created, .adds) { return .add(state) }
                continue
            }
            if isLastPage {
                position.backlog.removeFirst()
                isLastPage = false
                continue
            }
            let from = part.below.map { ($0.date, $0.item) }
            states = try store.newest(in: folder.id, since: part.since, createdUpTo: ModSeq(Int64.max), from: from, limit: Limits.page)[...]
            rowsRead += states.count
            isLastPage = states.count < Limits.page
        }
        stream = .finished
        return nil
    }
}
