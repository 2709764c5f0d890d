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
        /// Items of the set that somebody else had changed since `position`.
        package let foreign: [UID]
    }
    private static let page = 1_024

    package func setFlags(
        in folder: FolderID, _ set: UIDSet, _ change: FlagChange, since position: ModSeq, trace: String? = nil
    ) async throws(MailFailure) -> Result {
        try await store.writeMail(trace: trace) { tx in
            guard let before = try tx.folder(folder) else { throw MailFailure.noSuchFolder }
            var foreign: [UID] = []
            if before.modseq > position {
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

    /// Removes what has \Deleted among the set; the UIDs that went, ascending.
    package func expunge(in folder: FolderID, _ set: UIDSet, trace: String? = nil) async throws(MailFailure) -> [UID] {
        guard !set.isEmpty else { return [] }
        return try await store.writeMail(trace: trace) { try $0.expunge(in: folder, set, onlyDeleted: true) }
    }
}
