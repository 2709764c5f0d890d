package import Model

/// Items that end.
extension WriteTransaction {
    /// Removes the items in the set that have \Deleted (all of the set when `onlyDeleted` is false). Returns their UIDs, ascending.
    package func expunge(in folder: FolderID, _ set: UIDSet?, onlyDeleted: Bool = true) throws -> [UID] {
        let account = try account(of: folder)
        var states = try states(in: folder, set ?? UIDSet([1...UInt32.max]), limit: .max)
        if onlyDeleted { states.removeAll { !$0.flags.contains(.deleted) } }
        try remove(states, from: folder, of: account)
        return states.map(\.uid)
    }
    package func remove(_ item: ItemID) throws {
        guard let (folder, state) = try state(item) else { throw StoreError.notFound }
        try remove([state], from: folder, of: try account(of: folder))
    }
    private func remove(_ states: [ItemState], from folder: FolderID, of account: AccountID) throws {
        if states.isEmpty { return }
        let modseq = try modseq(of: account)
        let leaveHome = try sql("DELETE FROM home WHERE id = :id")
        var counted = Counted()
        for state in states {
            try removeRow(Place(folder, state.uid.rawValue))
            try leaveHome.run(state.id)
            try rememberGone(state, from: folder, modseq: modseq, movedTo: nil)
            try release(state.content)
            counted.add(state)
        }
        try count(counted.negated, in: folder, modseq)
        try charge(account, -counted.size)
        note(account, folder, .itemsGone)
    }
    /// All items of a folder that goes itself, and what it remembers. Returns their octets, which the caller gives back to the account.
    @discardableResult
    func removeItems(of folder: FolderID) throws(StoreError) -> Int64 {
        let rows = try sql("SELECT id, content, size FROM item WHERE place BETWEEN :low AND :high")
            .rows(Place(folder, 0), Place(folder, .max)) { (id: ItemID($0.int64(0)), content: ContentID($0.int64(1)), size: $0.int64(2)) }
        try sql("DELETE FROM item WHERE place BETWEEN :low AND :high").run(Place(folder, 0), Place(folder, .max))
        for row in rows {
            try sql("DELETE FROM home WHERE id = :id").run(row.id)
            try release(row.content)
        }
        try sql("DELETE FROM gone WHERE folder = :folder").run(folder)
        return rows.reduce(0) { $0 + $1.size }
    }
    /// New content for an item that keeps its id (a draft, an event). IMAP sees another UID: the old one goes, a new one comes. To a phone it is a change:
    /// `created` stays, `contentModseq` moves, and the `gone` row of the old UID says that the item moved to the folder in which it was.
    package func replace(_ item: ItemID, with new: NewItem) throws -> ItemState {
        try Keywords.check(new.keywords)
        guard let (folder, old) = try state(item) else { throw StoreError.notFound }
        let target = try target(folder)
        let (content, size) = try take(new, class: target.itemClass)
        try charge(target.account, size - old.size)
        let modseq = try modseq(of: target.account)
        let keywords = Keywords.adding(new.keywords, to: [])
        let turned = new.flags.symmetricDifference(old.flags), aboutFlag: Flags = [.flagged, .flagCompleted]
        let marks = keywords != old.keywords || !turned.subtracting(aboutFlag.union(.seen)).isEmpty
        let state = ItemState(
            id: old.id, uid: UID(target.uidNext), flags: new.flags, keywords: keywords, created: old.created, modseq: modseq, contentModseq: modseq,
            seenModseq: turned.contains(.seen) ? modseq : old.seenModseq, flaggedModseq: turned.isDisjoint(with: aboutFlag) ? old.flaggedModseq : modseq,
            marksModseq: marks ? modseq : old.marksModseq, date: new.date, size: size, content: content, thread: old.thread)
        let from = Place(folder, old.uid.rawValue)
        let properties = try properties(of: from)
        try removeRow(from)
        try rememberGone(old, from: folder, modseq: modseq, movedTo: folder)
        try release(old.content)
        try insert(state, in: folder, properties: properties)
        try sql("UPDATE home SET place = :place WHERE id = :id").run(Place(folder, target.uidNext), item)
        var counted = Counted()
        counted.add(state)
        counted.total -= 1
        counted.unseen -= old.flags.contains(.seen) ? 0 : 1
        counted.size -= old.size
        try count(counted, in: folder, uidNext: Int64(target.uidNext) + 1, modseq)
        note(target.account, folder, [.itemsChanged, .itemsAdded, .itemsGone])
        return state
    }
}
