package import MailStore
package import Model

/// Which position a key stands for. The last key given out and the one before it are valid; the older one says that our last answer was
/// lost, and only a use of the new one retires it. Key 0 starts anew; everything else is unknown. (store.md §3; MS-ASCMD §2.2.3.181)
package enum SyncKeys {
    package enum Standing: Sendable, Equatable {
        /// The device has our last answer.
        case current
        /// The device never got our last answer: the same outcome again, from the position before.
        case replay
        case unknown
    }
    package static let start: Int64 = 0

    /// Keys that are no number of ours are -1: unknown everywhere.
    package static func parse(_ text: String) -> Int64 {
        guard let first = text.utf8.first, first >= 48, first <= 57, let key = Int64(text) else { return -1 }
        return key
    }
    /// A new key: random, so that the key of another folder, device or life of the store is never taken for it.
    package static func make(using generator: inout some RandomNumberGenerator) -> Int64 {
        Int64.random(in: 1 << 32...Int64.max, using: &generator)
    }
    package static func make() -> Int64 {
        var generator = SystemRandomNumberGenerator()
        return make(using: &generator)
    }
    package static func standing(of key: Int64, in row: SyncStateRow?) -> Standing {
        guard let row, key > start else { return .unknown }
        if key == row.key { return .current }
        return key == row.previousKey ? .replay : .unknown
    }
}

extension SyncStateRow {
    /// The position that a key stands for; nil where there is none or its form is not ours.
    package func position(for standing: SyncKeys.Standing) -> SyncPosition? {
        switch standing {
        case .current: SyncPosition(decoding: position)
        case .replay: SyncPosition(decoding: previousPosition)
        case .unknown: nil
        }
    }
    /// A device begins: it has nothing, and no answer of ours is on its way.
    package init(device: DeviceID, folder: FolderID?, firstKey: Int64, position: [UInt8]) {
        self.init(
            device: device, folder: folder, key: firstKey, previousKey: 0, modseq: .zero, position: position, previousPosition: [], lastOutcome: [])
        modseq = needed
    }
    /// The row after an answer that leads from the asked key to a new one.
    package func advanced(from standing: SyncKeys.Standing, to newKey: Int64, position new: [UInt8], outcome: [UInt8]) -> SyncStateRow {
        var row = self
        if standing == .current {
            row.previousKey = key
            row.previousPosition = position
        }
        row.key = newKey
        row.position = new
        row.modseq = row.needed
        row.lastOutcome = outcome
        return row
    }
    /// The row with a position that moved on without telling anything: the keys stay, both.
    package func refreshed(_ position: [UInt8]) -> SyncStateRow {
        var row = self
        row.position = position
        row.modseq = row.needed
        return row
    }
    /// The lowest counter from which one of the two positions still needs rows: either may be asked for. A position under which nothing has
    /// been handed out needs none.
    private var needed: ModSeq {
        let needs = [position, previousPosition].compactMap { bytes in
            folder == nil ? HierarchyPosition(decoding: bytes)?.modseq : SyncPosition(decoding: bytes).flatMap { $0.isFresh ? nil : $0.needs }
        }
        return needs.min() ?? .zero
    }
}
