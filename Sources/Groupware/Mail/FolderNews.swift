package import MailStore
package import Model

/// What happened in a folder since a position, from one snapshot: what a view of it must be told.
package struct FolderNews: Sendable {
    package let folder: FolderRow
    /// Items that came or changed, by modseq.
    package let changed: [ItemState]
    /// What left, or nil when that is no longer remembered: `present` has all that is there.
    package let gone: [UID]?
    package let present: [UID]
    private static let page = 4_096

    /// nil: the folder itself is gone.
    package static func read(_ store: MailStore, _ id: FolderID, after position: ModSeq) async throws(MailFailure) -> FolderNews? {
        try await store.readMail { tx in
            guard let folder = try tx.folder(id) else { return nil }
            guard folder.modseq > position else { return FolderNews(folder: folder, changed: [], gone: [], present: []) }
            var changed: [ItemState] = []
            var from: (ModSeq, ItemID)?
            while true {
                let next = try tx.changes(in: id, after: position, from: from, limit: page)
                changed += next
                guard next.count == page, let last = next.last else { break }
                from = (last.modseq, last.id)
            }
            guard position >= folder.goneFloor else { return FolderNews(folder: folder, changed: changed, gone: nil, present: try tx.uids(in: id)) }
            var gone: [UID] = []
            from = nil
            while true {
                let next = try tx.gone(in: id, after: position, from: from, limit: page)
                gone += next.map(\.uid)
                guard next.count == page, let last = next.last else { break }
                from = (last.modseq, last.item)
            }
            return FolderNews(folder: folder, changed: changed, gone: gone, present: [])
        }
    }
}

/// A folder as a client that opens it needs it, from one snapshot. (RFC 3501 §6.3.1)
package struct FolderOpening: Sendable {
    package let folder: FolderRow
    package let uids: [UID]
    package let firstUnseen: UID?

    package static func read(_ store: MailStore, _ path: FolderPath, of account: AccountID) async throws(MailFailure) -> FolderOpening {
        try await store.readMail { tx in
            guard let folder = try tx.folder(path, of: account) else { throw MailFailure.noSuchFolder }
            let unseen = folder.unseen > 0 ? try tx.firstUnseen(in: folder.id) : nil
            return FolderOpening(folder: folder, uids: try tx.uids(in: folder.id), firstUnseen: unseen)
        }
    }
}
