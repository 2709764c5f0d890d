package import MailStore
package import Model

/// Finds messages in several folders, newest first, within a time and a number; what a condition asks of one message is `MailSearch`'s.
package struct MailboxSearch: Sendable {
    package enum Limits {
        /// Hits of one search: what a phone can ask for. (MS-ASCMD §2.2.3.143.1)
        package static let hits = 1_000
        /// UIDs that are looked through at a time.
        static let slice: UInt32 = 2_048
    }
    package struct Hit: Sendable, Equatable {
        package let item: ItemID
        package let date: Timestamp
    }
    package struct Found: Sendable, Equatable {
        package var hits: [Hit] = []
        /// False where the time was up, or there are more than can be told.
        package var isWhole = true
        package init() {}
    }
    private let store: MailStore
    private let search: MailSearch
    package init(store: MailStore) {
        self.store = store
        search = MailSearch(store: store)
    }

    /// Each folder from its newest UIDs down. Ends at `deadline` with what was found until then; a folder that goes meanwhile has nothing.
    @concurrent package func find(
        _ condition: SearchCondition, in folders: [FolderID], until deadline: ContinuousClock.Instant
    ) async throws(MailFailure) -> Found {
        var found = Found()
        for folder in folders {
            var top = try await store.readMail { try $0.folder(folder)?.uidNext.rawValue ?? 1 }
            while top > 1 {
                guard ContinuousClock.now < deadline, found.hits.count < Limits.hits else {
                    found.isWhole = false
                    return Self.sorted(found)
                }
                let low = top > Limits.slice ? top - Limits.slice : 1
                let uids = try await search.find(condition, in: folder, among: UIDSet([low...(top - 1)]))
                if !uids.isEmpty {
                    let states = try await store.readMail { try $0.states(in: folder, UIDSet(uids), limit: uids.count) }
                    found.hits += states.map { Hit(item: $0.id, date: $0.date) }
                }
                top = low
            }
        }
        return Self.sorted(found)
    }
    private static func sorted(_ found: Found) -> Found {
        var found = found
        found.hits.sort { ($0.date, $0.item) > ($1.date, $1.item) }
        if found.hits.count > Limits.hits {
            found.hits.removeLast(found.hits.count - Limits.hits)
            found.isWhole = false
        }
        return found
    }
}
