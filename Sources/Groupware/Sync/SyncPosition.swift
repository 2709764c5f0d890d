package import MailStore
package import Model

/// Where a device stands in one folder: a position and not a list of items, whatever the folder holds. (store.md §3)
///
/// Three cursors and two bounds say what the device has. An item of the folder is on the device if and only if
/// 1. its UID is at most `uid` (what came later is still to be added) or in `revived`,
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
        /// What has been handed out lies at or above it; nil at the beginning.
        package var below: Mark?
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
    /// Modseqs above `base` that are the device's own doing. Ascending.
    package var own: [ModSeq] = []
    /// Modseqs under which the device itself put items into the folder. Ascending.
    package var ownAdds: [ModSeq] = []
    package var revived: [UID] = []
    /// What the session keeps with the position.
    package var options: [UInt8] = []

    package init() {}

    func isPending(_ uid: UID, _ mark: Mark) -> Bool {
        backlog.contains { part in
            uid <= part.uid && (part.since.map { mark.date >= $0 } ?? true) && (part.below.map { mark < $0 } ?? true)
        }
    }
    func isInWindow(_ mark: Mark) -> Bool {
        guard let cutoff else { return true }
        return mark.date > cutoff || mark.date == cutoff && (cutoffItem.map { mark.item > $0 } ?? true)
    }
    /// Whether the device has the item.
    package func has(_ uid: UID, date: Timestamp, item: ItemID) -> Bool {
        let mark = Mark(date: date, item: item)
        return (uid <= self.uid || revived.contains(uid)) && isInWindow(mark) && !isPending(uid, mark)
    }
    package func has(_ state: ItemState) -> Bool { has(state.uid, date: state.date, item: state.id) }

    /// Notes a change that the device itself made, so that it is not sent back. `folderBefore` is the folder's counter just before it;
    /// `adds` tells that the change brought items into the folder.
    package mutating func note(own modseq: ModSeq, folderBefore: ModSeq, adds: Bool) {
        guard !isFresh else { return }
        if adds, !ownAdds.contains(modseq) {
            ownAdds.append(modseq)
            if ownAdds.count > Limits.own { ownAdds.removeFirst() }
        }
        guard modseq > base, own.last.map({ $0 < modseq }) ?? true else { return }
        if own.isEmpty, changed == Cursor(folderBefore), gone == Cursor(folderBefore) {
            // Nothing of anybody else lies between: the position just moves on.
            base = modseq
            changed = Cursor(modseq)
            gone = Cursor(modseq)
            return
        }
        own.append(modseq)
        if own.count > Limits.own { own.removeFirst() }
    }
    /// The lowest counter that the position still needs rows from.
    package var needs: ModSeq { min(base, min(changed.modseq, gone.modseq)) }
}
