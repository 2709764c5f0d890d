package import MailStore
package import Model

/// Where a device stands in the list of folders.
package struct HierarchyPosition: Sendable, Equatable {
    package enum Limits {
        /// Own changes that are remembered; one more is told again, which harms nobody.
        package static let own = 256
    }
    package var modseq = ModSeq.zero
    /// The highest folder id there was: ids grow, so a folder above it that is gone was never told of.
    package var highest = FolderID(0)
    /// Folders that the device itself made or changed, with the modseq of that.
    package var own: [FolderID: ModSeq] = [:]
    /// Folders that the device itself removed.
    package var ownGone: Set<FolderID> = []

    package init() {}
    package func encode() -> [UInt8] {
        var writer = NumberWriter()
        writer.put(modseq.rawValue)
        writer.put(highest.rawValue)
        writer.put(Int64(own.count))
        for (folder, modseq) in own.sorted(by: { $0.key < $1.key }) { writer.put(folder.rawValue); writer.put(modseq.rawValue) }
        writer.put(Int64(ownGone.count))
        for folder in ownGone.sorted() { writer.put(folder.rawValue) }
        return writer.bytes
    }
    package init?(decoding bytes: [UInt8]) {
        var reader = NumberReader(bytes)
        modseq = ModSeq(reader.number())
        highest = FolderID(reader.number())
        for _ in 0..<reader.count(atMost: Limits.own) {
            let folder = FolderID(reader.number())
            own[folder] = ModSeq(reader.number())
        }
        for _ in 0..<reader.count(atMost: Limits.own) { ownGone.insert(FolderID(reader.number())) }
        guard reader.isSound else { return nil }
    }
    package mutating func note(own folder: FolderID, _ modseq: ModSeq) {
        if own.count < Limits.own { own[folder] = modseq }
    }
    package mutating func note(ownRemoval folder: FolderID) {
        own[folder] = nil
        if ownGone.count < Limits.own { ownGone.insert(folder) }
    }
}

/// What changed in the list of folders since a position. All of it at once: a user has hundreds of folders, not millions.
package struct FolderChanges: Sendable {
    /// Parents before children.
    package var added: [FolderRow] = []
    package var changed: [FolderRow] = []
    package var removed: [FolderID] = []
    package var position: HierarchyPosition
    package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    /// `position` nil: the device knows no folder.
    package init(since position: HierarchyPosition?, account: AccountID, _ store: ReadTransaction) throws {
        guard let row = try store.account(account) else { throw StoreError.notFound }
        let all = try Self.parentsFirst(store.folders(of: account))
        self.position = HierarchyPosition()
        if let old = position {
            guard old.modseq <= row.modseq, let gone = try store.goneFolders(of: account, after: old.modseq) else { throw SyncFailure.startAnew }
            for folder in all where folder.changed > old.modseq && old.own[folder.id] != folder.changed {
                // A folder that the device made itself and another changed since is known to it by its id.
                if folder.created > old.modseq, old.own[folder.id] == nil { added.append(folder) } else { changed.append(folder) }
            }
            removed = gone.filter { ($0 <= old.highest || old.own[$0] != nil) && !old.ownGone.contains($0) }.sorted()
        } else {
            added = all
        }
        self.position.modseq = row.modseq
        self.position.highest = max(position?.highest ?? FolderID(0), all.map(\.id).max() ?? FolderID(0), position?.own.keys.max() ?? FolderID(0))
    }
    /// A folder whose parent is missing or that lies in a circle comes last; the store allows neither.
    static func parentsFirst(_ folders: [FolderRow]) -> [FolderRow] {
        var children: [FolderID?: [FolderRow]] = [:]
        for folder in folders.sorted(by: { $0.id < $1.id }) { children[folder.parent, default: []].append(folder) }
        var ordered: [FolderRow] = [], waiting = children[nil] ?? []
        var index = 0
        while index < waiting.count {
            ordered.append(waiting[index])
            waiting.append(contentsOf: children[waiting[index].id] ?? [])
            index += 1
        }
        return ordered
    }
}
