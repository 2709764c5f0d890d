import EASCodec
import Groupware
import MailStore
import Model

/// What breaks the circle of a device that asks for the same answer again and again, because one item in it is more than it can take: the third time
/// items come one at a time, and the one that it still asks for three times is skipped for this device. Never the folder. (decision 0131)
struct Breaker {
    enum Limits {
        /// Equal requests, the first one counted.
        static let patience = 3
        /// Items that come one at a time before all is tried as usual again.
        static let alone = 100
    }
    /// One folder in one request: how to answer, and what to remember of it.
    struct Case: Sendable {
        let folder: FolderID
        let key: Int64
        let known: DeviceMemory.Repeat?
        fileprivate(set) var count = 1
        fileprivate(set) var alone = 0
        /// Given up now.
        fileprivate(set) var skips: ItemID?
        /// Given up now or before.
        fileprivate(set) var skipped: Set<ItemID> = []
        /// What to remember after the answer; nil: nothing.
        fileprivate(set) var next: DeviceMemory.Repeat?

        var isAlone: Bool { alone > 0 }
        var needsWrite: Bool { known != next || skips != nil }

        /// After the walk: how many items the answer tells, and the last of them.
        mutating func answered(_ told: Int, last: ItemID?) {
            next = nil
            guard told > 0 else { return }
            if isAlone {
                let isSame = known?.key == key && known?.item == last && known?.alone ?? 0 > 0
                next = .init(folder: folder, key: key, count: isSame ? (known?.count ?? 0) + 1 : 1, alone: alone, item: last ?? ItemID(0))
            } else if count > 1 {
                next = .init(folder: folder, key: key, count: count, alone: 0, item: ItemID(0))
            }
        }
    }
    let memory: DeviceMemory

    func judge(_ folder: FolderID, _ key: Int64, _ standing: SyncKeys.Standing) -> Case {
        let known = memory.repeats.first { $0.folder == folder }
        var found = Case(folder: folder, key: key, known: known)
        found.skipped = Set(memory.skipped.filter { $0.folder == folder }.map(\.item))
        guard standing == .replay else {
            // What came alone was taken.
            found.alone = max(0, (known?.alone ?? 0) - 1)
            return found
        }
        if let known, known.alone > 0 {
            found.alone = known.alone
            if known.key == key, known.count >= Limits.patience - 1 {
                found.skips = known.item
                found.skipped.insert(known.item)
            }
            return found
        }
        found.count = (known?.key == key ? known?.count ?? 1 : 1) + 1
        if found.count >= Limits.patience { found.alone = Limits.alone }
        return found
    }

    /// Whether a device asks for the list of folders with the same worthless key for the third time.
    static func isCircle(_ key: String, _ device: DeviceRow, _ store: MailStore) async throws -> Bool {
        guard device.id.rawValue != 0 else { return false }
        let hash = Int64(bitPattern: CommandOutcome.hash(key.utf8)), list = FolderID(0)
        return try await store.write { store in
            guard let row = try store.device(of: device.account, identifier: device.identifier) else { return false }
            let known = DeviceMemory(row).repeats.first { $0.folder == list && $0.key == hash }
            // Once it goes in a circle, it does so until it uses another key.
            if let known, known.count >= Limits.patience { return true }
            let count = (known?.count ?? 0) + 1
            try DeviceMemory.update(device, store) { memory in
                memory.repeats.removeAll { $0.folder == list }
                memory.repeats.append(.init(folder: list, key: hash, count: count, alone: 0, item: ItemID(0)))
            }
            if count == Limits.patience { try store.record("folders.resent", "it asked again and again with a key that is worth nothing", of: device) }
            return count >= Limits.patience
        }
    }
    /// Remembers what the answers of one request brought about; what is skipped is written down for the administrator.
    static func keep(_ cases: [Case], _ device: DeviceRow, _ store: WriteTransaction) throws {
        let cases = cases.filter(\.needsWrite)
        guard !cases.isEmpty else { return }
        try DeviceMemory.update(device, store) { memory in
            for found in cases {
                memory.repeats.removeAll { $0.folder == found.folder }
                if let next = found.next { memory.repeats.append(next) }
                if let item = found.skips, !memory.skipped.contains(where: { $0.item == item && $0.folder == found.folder }) {
                    memory.skipped.append(.init(folder: found.folder, item: item, since: store.time))
                }
            }
            if memory.repeats.count > DeviceMemory.Limits.repeats { memory.repeats.removeFirst(memory.repeats.count - DeviceMemory.Limits.repeats) }
            if memory.skipped.count > DeviceMemory.Limits.skipped { memory.skipped.removeFirst(memory.skipped.count - DeviceMemory.Limits.skipped) }
        }
        for found in cases {
            if let item = found.skips { try store.record("skipped", "item \(item) of folder \(found.folder)", of: device) }
        }
    }
}
