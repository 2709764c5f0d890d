package import Model
import CSQLite

/// Items that go from folder to folder of one account, or leave.
extension WriteTransaction {
    /// New items with new ids, flags kept; ascending. Pairs of old and new UID.
    package func copy(from folder: FolderID, _ set: UIDSet, to target: FolderID) throws -> [(from: UID, to: ItemState)] {
        let (source, states) = try (account(of: folder), states(in: folder, set, limit: .max))
        guard !states.isEmpty else { return [] }
        let place = try self.target(target, items: states.count)
        try checkSame(source, place.account)
        let modseq = try modseq(of: source)
        try charge(source, states.reduce(0) { $0 + $1.size })
        let addHome = try sql("INSERT INTO home(id, place) VALUES (:id, :place)")
        var uid = place.uidNext
        var pairs: [(from: UID, to: ItemState)] = []
        pairs.reserveCapacity(states.count)
        var counted = Counted()
        for old in states {
            let new = old.arriving(as: ItemID(try newNumber()), UID(uid), modseq)
            try addReference(to: new.content)
            try addHome.run(new.id, Place(target, uid))
            try insert(new, in: target, properties: try properties(of: Place(folder, old.uid.rawValue)))
            counted.add(new)
            pairs.append((old.uid, new))
            uid += 1
        }
        try count(counted, in: target, uidNext: Int64(uid), modseq)
        note(source, target, .itemsAdded)
        return pairs
    }
    /// The same items with their ids in another folder, with new UIDs; a `gone` row each in the old one.
    package func move(from folder: FolderID, _ set: UIDSet, to target: FolderID) throws -> [(from: UID, to: ItemState)] {
        let (source, states) = try (account(of: folder), states(in: folder, set, limit: .max))
        guard !states.isEmpty else { return [] }
        return try move(states, of: source, from: folder, to: target)
    }
    package func move(_ item: ItemID, to target: FolderID) throws -> ItemState {
        guard let (folder, state) = try state(item) else { throw StoreError.notFound }
        return try move([state], of: try account(of: folder), from: folder, to: target)[0].to
    }
    private func move(_ states: [ItemState], of source: AccountID, from folder: FolderID, to target: FolderID) throws -> [(from: UID, to: ItemState)] {
        let place = try self.target(target, items: states.count)
        try checkSame(source, place.account)
        let modseq = try modseq(of: source)
        let relocate = try sql("UPDATE home SET place = :place WHERE id = :id")
        var uid = place.uidNext
        var pairs: [(from: UID, to: ItemState)] = []
        pairs.reserveCapacity(states.count)
        var counted = Counted()
        for old in states {
            let new = old.arriving(as: old.id, UID(uid), modseq)
            let from = Place(folder, old.uid.rawValue)
            let properties = try properties(of: from)
            try removeRow(from)
            try rememberGone(old, from: folder, modseq: modseq, movedTo: target)
            try insert(new, in: target, properties: properties)
            try relocate.run(Place(target, uid), new.id)
            counted.add(new)
            pairs.append((old.uid, new))
            uid += 1
        }
        try count(counted.negated, in: folder, modseq)
        try count(counted, in: target, uidNext: Int64(uid), modseq)
        note(source, folder, .itemsGone)
        note(source, target, .itemsAdded)
        return pairs
    }
    private func checkSame(_ source: AccountID, _ target: AccountID) throws(StoreError) {
        if source != target { throw .failed(code: SQLITE_CONSTRAINT, message: "items stay in their account") }
    }
    func removeRow(_ place: Place) throws(StoreError) { try sql("DELETE FROM item WHERE place = :place").run(place) }
}

extension ItemState {
    /// The same item, newly come into a folder.
    fileprivate func arriving(as id: ItemID, _ uid: UID, _ modseq: ModSeq) -> ItemState {
        ItemState(
            id: id, uid: uid, flags: flags, keywords: keywords, created: modseq, modseq: modseq, contentModseq: modseq, seenModseq: .zero,
            flaggedModseq: .zero, marksModseq: .zero, date: date, size: size, content: content, thread: thread)
    }
}
