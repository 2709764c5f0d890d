package import MailStore
package import Model

/// Changes of flags and removals in one folder, with what others did to it in the meantime.
package struct Marking: Sendable {
    let store: MailStore
    package init(store: MailStore) { self.store = store }

    package struct Result: Sendable {
        /// The states of all items of the set after the change.
        package let states: [ItemState]
        /// What this change was numbered; nil where nothing changed.
        package let own: ModSeq?
        /// Items of the set that somebody else had changed since `position`; none where no position was given.
        package let foreign: [UID]
    }
    private static let page = 1_024
    /// Items that one job removes: others write in between.
    private static let slice = 2_000

    package func setFlags(
        in folder: FolderID, _ set: UIDSet, _ change: FlagChange, since position: ModSeq?, trace: String? = nil
    ) async throws(MailFailure) -> Result {
        try await store.writeMail(trace: trace) { tx in
            guard let before = try tx.folder(folder) else { throw MailFailure.noSuchFolder }
            var foreign: [UID] = []
            if let position, before.modseq > position {
                var from: (ModSeq, ItemID)?
                while true {
                    let changed = try tx.changes(in: folder, after: position, from: from, limit: Self.page)
                    foreign += changed.lazy.filter { $0.created <= position && set.contains($0.uid) }.map(\.uid)
                    guard changed.count == Self.page, let last = changed.last else { break }
                    from = (last.modseq, last.id)
                }
            }
            let states = try tx.setFlags(in: folder, set, change)
            let highest = states.lazy.map(\.modseq).max() ?? .zero
            return Result(states: states, own: highest > before.modseq ? highest : nil, foreign: foreign)
        }
    }

    /// Removes what has \Deleted among the set; the UIDs that went, ascending. Not atomic: what a failure interrupts is gone in part.
    package func expunge(in folder: FolderID, _ set: UIDSet, trace: String? = nil) async throws(MailFailure) -> [UID] {
        guard !set.isEmpty else { return [] }
        return try await remove(from: folder, set, onlyDeleted: true, trace)
    }
    /// Removes all that is in the folder now; how many they were. Not atomic either.
    @discardableResult
    package func empty(_ folder: FolderID, trace: String? = nil) async throws(MailFailure) -> Int {
        try await remove(from: folder, UIDSet([1...UInt32.max]), onlyDeleted: false, trace).count
    }
    private func remove(from folder: FolderID, _ set: UIDSet, onlyDeleted: Bool, _ trace: String?) async throws(MailFailure) -> [UID] {
        let doomed: [UID] = try await store.readMail { tx in
            guard try tx.folder(folder) != nil else { throw MailFailure.noSuchFolder }
            return try tx.states(in: folder, set, limit: .max).filter { !onlyDeleted || $0.flags.contains(.deleted) }.map(\.uid)
        }
        var gone: [UID] = []
        var start = 0
        while start < doomed.count {
            let end = min(start + Self.slice, doomed.count)
            let slice = UIDSet(Array(doomed[start..<end]))
            gone += try await store.writeMail(trace: trace) { try $0.expunge(in: folder, slice, onlyDeleted: onlyDeleted) }
            start = end
        }
        return gone
    }
}
