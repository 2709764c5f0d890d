package import Model

/// A flag change that was made.
package struct FlagChange: Sendable {
    package let operation: FlagOperation
    package let flags: Flags
    package let keywords: [String]
    /// For `.replace`: the bits that are replaced; others stay (IMAP does not see them).
    package let mask: Flags
    package init(_ operation: FlagOperation, _ flags: Flags, keywords: [String] = [], mask: Flags = Flags(rawValue: .max)) {
        self.operation = operation; self.flags = flags; self.keywords = keywords; self.mask = mask
    }
    func apply(to known: Flags) -> Flags {
        switch operation {
        case .replace: known.subtracting(mask).union(flags.intersection(mask))
        case .add: known.union(flags)
        case .remove: known.subtracting(flags)
        }
    }
    func apply(to known: [String]) -> [String] {
        switch operation {
        case .replace: Keywords.adding(keywords, to: Keywords.keeping(keywords, of: known))
        case .add: Keywords.adding(keywords, to: known)
        case .remove: Keywords.removing(keywords, from: known)
        }
    }
}

extension WriteTransaction {
    /// Changes flags of the items in the set; returns the new states of all of them. Items whose flags stay the same get no new modseq.
    package func setFlags(in folder: FolderID, _ set: UIDSet, _ change: FlagChange) throws -> [ItemState] {
        if change.operation != .remove { try Keywords.check(change.keywords) }
        let account = try account(of: folder)
        let states = try states(in: folder, set, limit: .max)
        return try apply(change, to: states, in: folder, account)
    }
    package func setFlags(_ item: ItemID, _ change: FlagChange) throws -> ItemState {
        if change.operation != .remove { try Keywords.check(change.keywords) }
        guard let (folder, state) = try state(item) else { throw StoreError.notFound }
        return try apply(change, to: [state], in: folder, try account(of: folder))[0]
    }
    func account(of folder: FolderID) throws(StoreError) -> AccountID {
        guard let account = try sql("SELECT account FROM folder WHERE id = :id").first(folder, make: { AccountID($0.int64(0)) }) else { throw .notFound }
        return account
    }

    private func apply(_ change: FlagChange, to states: [ItemState], in folder: FolderID, _ account: AccountID) throws -> [ItemState] {
        var states = states
        var unseen = 0
        var modseq: ModSeq?
        let update = try sql("""
            UPDATE item SET flags = :flags, keywords = :keywords, modseq = :modseq, seen_modseq = :seen, flagged_modseq = :flagged, marks_modseq = :marks
            WHERE place = :place
            """)
        for index in states.indices {
            let old = states[index]
            let flags = change.apply(to: old.flags), keywords = change.apply(to: old.keywords)
            let turned = flags.symmetricDifference(old.flags)
            if turned.isEmpty, keywords == old.keywords { continue }
            try Keywords.check(keywords)
            let next = try modseq ?? self.modseq(of: account)
            modseq = next
            if turned.contains(.seen) { unseen += flags.contains(.seen) ? -1 : 1 }
            let aboutFlag: Flags = [.flagged, .flagCompleted]
            let marks = keywords != old.keywords || !turned.subtracting(aboutFlag.union(.seen)).isEmpty
            let new = ItemState(
                id: old.id, uid: old.uid, flags: flags, keywords: keywords, created: old.created, modseq: next, contentModseq: old.contentModseq,
                seenModseq: turned.contains(.seen) ? next : old.seenModseq, flaggedModseq: turned.isDisjoint(with: aboutFlag) ? old.flaggedModseq : next,
                marksModseq: marks ? next : old.marksModseq, date: old.date, size: old.size, content: old.content, thread: old.thread)
            try update.run(
                new.flags.rawValue, Keywords.join(new.keywords), new.modseq, new.seenModseq, new.flaggedModseq, new.marksModseq,
                Place(folder, new.uid.rawValue))
            states[index] = new
        }
        if let modseq {
            try count(Counted(total: 0, unseen: unseen, size: 0), in: folder, modseq)
            note(account, folder, .itemsChanged)
        }
        return states
    }
}
