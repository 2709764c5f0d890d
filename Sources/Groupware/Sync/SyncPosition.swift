package import MailStore
package import Model

/// Where a device stands in one folder: a position and not a list of items, whatever the folder holds. (store.md §3)
///
/// Three cursors and two bounds say what the device has. An item of the folder is on the device if and only if
/// 1. its UID is at most `uid` (what came later is still to be added), or in `revived`, or the device itself added it,
/// 2. it lies at or above `cutoff`, and
/// 3. no backlog still holds it.
/// UIDs are given in the order in which items come into the folder, so `uid` is the one cursor of additions that a later change cannot move.
package struct SyncPosition: Sendable, Equatable {
    package enum Limits {
        /// Widenings of the filter that may be unfinished at once.
        package static let backlogs = 8
        /// Own changes that are remembered one by one; an older one is sent back to the device, which harms nobody.
        package static let own = 64
        /// Items that left and came back and are told as changed.
        package static let revived = 64
        /// Bytes of the session's own form of options.
        package static let options = 4096
    }
    /// A part of the folder that has not been handed out yet, newest first.
    package struct Backlog: Sendable, Equatable {
        /// Items with a higher UID come by the feed.
        package var uid: UID
        package var since: Timestamp?
        /// Of the items of that very date those up to this one are not meant.
        package var sinceItem: ItemID?
        /// What has been handed out lies at or above it; nil at the beginning.
        package var below: Mark?

        func holds(_ uid: UID, _ mark: Mark) -> Bool { uid <= self.uid && isAbove(mark) && (below.map { mark < $0 } ?? true) }
        func isAbove(_ mark: Mark) -> Bool { SyncPosition.isAbove(mark, since, sinceItem) }
        /// nil where nothing is left.
        func clipped(to since: Timestamp, _ sinceItem: ItemID?) -> Backlog? {
            var part = self
            let new = (since, sinceItem ?? ItemID(Int64.min))
            if part.since.map({ ($0, part.sinceItem ?? ItemID(Int64.min)) < new }) ?? true {
                part.since = since
                part.sinceItem = sinceItem
            }
            if let below, (below.date, below.item) <= new { return nil }
            return part
        }
    }
    /// A place in the order by (date, id).
    package struct Mark: Sendable, Equatable, Comparable {
        package var date: Timestamp
        package var item: ItemID
        package static func < (a: Mark, b: Mark) -> Bool { (a.date, a.item) < (b.date, b.item) }
    }
    /// A place in the order by (modseq, id); `item` nil: all of that modseq.
    package struct Cursor: Sendable, Equatable {
        package var modseq: ModSeq
        package var item: ItemID?
        package init(_ modseq: ModSeq, _ item: ItemID? = nil) { self.modseq = modseq; self.item = item }
        /// Rows above it are still to be read, some of them perhaps not.
        var floor: ModSeq { item == nil ? modseq : ModSeq(modseq.rawValue &- 1) }
    }

    /// Nothing has been handed out yet: the first window decides where the backlog begins.
    package var isFresh = true
    /// What is on the device is complete up to here.
    package var base = ModSeq.zero
    package var changed = Cursor(.zero)
    package var gone = Cursor(.zero)
    package var uid = UID(0)
    /// The filter's lower date; nil for everything. While old items are being taken away, `cutoffItem` is the last one of that date.
    package var cutoff: Timestamp?
    package var cutoffItem: ItemID?
    package var backlog: [Backlog] = []
    /// The device's own doing that the position has not passed. Ascending.
    package var own: [OwnChange] = []
    package var revived: [UID] = []
    /// What the session keeps with the position.
    package var options: [UInt8] = []

    package init() {}

    func isPending(_ uid: UID, _ mark: Mark) -> Bool { backlog.contains { $0.holds(uid, mark) } }
    func isInWindow(_ mark: Mark) -> Bool { Self.isAbove(mark, cutoff, cutoffItem) }
    private static func isAbove(_ mark: Mark, _ date: Timestamp?, _ item: ItemID?) -> Bool {
        guard let date else { return true }
        return mark.date > date || mark.date == date && (item.map { mark.item > $0 } ?? true)
    }
    mutating func clipBacklog(to since: Timestamp, _ item: ItemID?) { backlog = backlog.compactMap { $0.clipped(to: since, item) } }
    /// Whether the device has the item.
    package func has(_ uid: UID, created: ModSeq, date: Timestamp, item: ItemID) -> Bool {
        let mark = Mark(date: date, item: item)
        guard isInWindow(mark) else { return false }
        if isOwn(created, .adds) { return true }
        return uid <= self.uid ? !isPending(uid, mark) : revived.contains(uid)
    }
    package func has(_ state: ItemState) -> Bool { has(state.uid, created: state.created, date: state.date, item: state.id) }

    /// Notes what the device itself did, so that it is not sent back. `folderBefore` is the folder's counter just before it.
    package mutating func note(_ change: OwnChange, folderBefore: ModSeq) {
        guard !isFresh || change.kinds.contains(.adds), !change.kinds.isEmpty, own.last.map({ $0.modseq < change.modseq }) ?? true else { return }
        guard change.modseq > base || change.kinds.contains(.adds) else { return }
        if own.isEmpty, change.isWhole, !change.kinds.contains(.adds), changed == Cursor(folderBefore), gone == Cursor(folderBefore) {
            // Nothing of anybody else lies between: the position just moves on.
            base = change.modseq
            changed = Cursor(change.modseq)
            gone = Cursor(change.modseq)
            return
        }
        own.append(change)
        if own.count > Limits.own { own.removeFirst() }
    }
    package func isOwn(_ modseq: ModSeq, _ kind: OwnChange.Kinds) -> Bool { own.contains { $0.modseq == modseq && $0.kinds.contains(kind) } }
    /// The lowest counter that the position still needs rows from.
    package var needs: ModSeq { min(base, min(changed.floor, gone.floor)) }
}

/// What a device did in one request: all of it bears one modseq.
package struct OwnChange: Sendable, Equatable {
    package struct Kinds: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Changes of items whose outcome the device knows.
        package static let changes = Kinds(rawValue: 1)
        package static let adds = Kinds(rawValue: 2)
        package static let removals = Kinds(rawValue: 4)
    }
    package var modseq: ModSeq
    package var kinds: Kinds
    /// Nothing under that modseq in the folder is news to the device.
    package var isWhole: Bool
    package init(_ modseq: ModSeq, _ kinds: Kinds, isWhole: Bool = true) { self.modseq = modseq; self.kinds = kinds; self.isWhole = isWhole }
}
