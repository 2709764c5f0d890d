import Model

/// The notices that wait for one connection, merged: at most one for each account, kinds united for each folder, the highest modseq.
/// Order between folders is that of their first change.
struct NoticeQueue {
    enum Limits {
        /// Notices kept as they came before they are merged, so that a session that is busy for long costs no memory.
        static let unmerged = 64
    }
    private var waiting: [ChangeSet] = []

    var isEmpty: Bool { waiting.isEmpty }

    mutating func add(_ changes: ChangeSet) {
        waiting.append(changes)
        if waiting.count >= Limits.unmerged { merge() }
    }
    mutating func next() -> ChangeSet? {
        if waiting.count > 1 { merge() }
        guard !waiting.isEmpty else { return nil }
        let first = waiting.removeFirst()
        if waiting.isEmpty { waiting = [] }
        return first
    }
    private mutating func merge() {
        var accounts: [AccountID] = []
        var groups: [AccountID: [ChangeSet]] = [:]
        for changes in waiting {
            if groups[changes.account] == nil { accounts.append(changes.account) }
            groups[changes.account, default: []].append(changes)
        }
        waiting = accounts.compactMap { groups[$0].flatMap(Self.united) }
    }
    private static func united(_ sets: [ChangeSet]) -> ChangeSet? {
        guard let first = sets.first else { return nil }
        if sets.count == 1 { return first }
        var folders: [FolderID?] = []
        var kinds: [FolderID?: Change.Kind] = [:]
        var modseq = first.modseq
        var trace = first.trace
        for set in sets {
            modseq = max(modseq, set.modseq)
            trace = set.trace ?? trace
            for change in set.changes {
                if kinds[change.folder] == nil { folders.append(change.folder) }
                kinds[change.folder, default: []].formUnion(change.kinds)
            }
        }
        let changes = folders.map { Change(folder: $0, kinds: kinds[$0] ?? []) }
        return ChangeSet(account: first.account, modseq: modseq, changes: changes, trace: trace)
    }
}
