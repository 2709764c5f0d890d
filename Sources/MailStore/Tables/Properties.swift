package import Model
import CSQLite

extension ReadTransaction {
    func properties(of place: Place) throws(StoreError) -> [UInt8] {
        try sql("SELECT properties FROM item WHERE place = :place").first(place) { $0.blob(0) } ?? []
    }
}

extension ItemRow {
    /// Octets that `properties` may have.
    package static let propertiesLimit = Limits.properties
}

extension WriteTransaction {
    /// Sets what is kept about an item besides its flags; copy and move take it along. `flag` tells that it is about the flag (then
    /// `flaggedModseq` moves, else `marksModseq`). Nothing happens where the bytes are the same.
    package func setProperties(_ item: ItemID, _ properties: [UInt8], flag: Bool) throws -> ItemState {
        guard properties.count <= Limits.properties else { throw StoreError.failed(code: SQLITE_TOOBIG, message: "properties of an item are too large") }
        guard let (folder, old) = try state(item) else { throw StoreError.notFound }
        let place = Place(folder, old.uid.rawValue)
        if try self.properties(of: place) == properties { return old }
        let account = try account(of: folder)
        let modseq = try modseq(of: account)
        let new = ItemState(
            id: old.id, uid: old.uid, flags: old.flags, keywords: old.keywords, created: old.created, modseq: modseq, contentModseq: old.contentModseq,
            seenModseq: old.seenModseq, flaggedModseq: flag ? modseq : old.flaggedModseq, marksModseq: flag ? old.marksModseq : modseq, date: old.date,
            size: old.size, content: old.content, thread: old.thread)
        try sql("UPDATE item SET properties = :properties, modseq = :modseq, flagged_modseq = :flagged, marks_modseq = :marks WHERE place = :place")
            .run(properties.isEmpty ? nil : properties, modseq, new.flaggedModseq, new.marksModseq, place)
        try count(Counted(), in: folder, modseq)
        note(account, folder, .itemsChanged)
        return new
    }
}
