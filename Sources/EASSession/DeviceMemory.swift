import EASCodec
import Groupware
import MailStore
import Model

/// What the session remembers of a device between requests: its last Ping and Sync, for those that come without a body, and the mail it has
/// sent lately, for what it sends twice. The form is this room's own.
struct DeviceMemory: Equatable, Sendable {
    enum Limits {
        /// Submissions remembered.
        static let sent = 64
        static let folders = 1000
        /// Folders asked for again, and items given up.
        static let repeats = 32
        static let skipped = 200
    }
    /// A key that was asked for again. (Breaker)
    struct Repeat: Equatable, Sendable {
        var folder: FolderID
        var key: Int64
        /// Equal requests so far; where items come alone: for `item`.
        var count: Int
        /// Items that are still to come one at a time; 0: as usual.
        var alone: Int
        var item: ItemID
    }
    struct SyncCollection: Equatable, Sendable {
        var folder: FolderID
        var windowSize: Int?
        var getChanges: Bool?
    }
    struct Sync: Equatable, Sendable {
        var collections: [SyncCollection] = []
        var windowSize: Int?
        /// Seconds.
        var wait: Int?
    }
    /// Seconds; 0 for a device that never pinged.
    var heartbeat = 0
    var pinged: [FolderID] = []
    var sync: Sync?
    /// Hashes of ClientIds of mail that was sent, the oldest first.
    var sent: [UInt64] = []
    var repeats: [Repeat] = []
    /// The oldest first.
    var skipped: [DeviceView.Skipped] = []

    init() {}
    init(_ device: DeviceRow) { self = DeviceMemory(decoding: device.remembered) ?? DeviceMemory() }

    mutating func noteSent(_ hash: UInt64) {
        sent.append(hash)
        if sent.count > Limits.sent { sent.removeFirst(sent.count - Limits.sent) }
    }

    func encode() -> [UInt8] {
        var writer = NumberWriter()
        writer.put(2)
        writer.put(Int64(heartbeat))
        writer.put(Int64(pinged.count))
        for folder in pinged { writer.put(folder.rawValue) }
        writer.put(sync == nil ? 0 : 1)
        if let sync {
            writer.put(sync.windowSize.map(Int64.init))
            writer.put(sync.wait.map(Int64.init))
            writer.put(Int64(sync.collections.count))
            for collection in sync.collections {
                writer.put(collection.folder.rawValue)
                writer.put(collection.windowSize.map(Int64.init))
                writer.put(collection.getChanges.map { $0 ? 1 : 0 })
            }
        }
        writer.put(Int64(sent.count))
        for hash in sent { writer.put(Int64(bitPattern: hash)) }
        writer.put(Int64(repeats.count))
        for each in repeats {
            for number in [each.folder.rawValue, each.key, Int64(each.count), Int64(each.alone), each.item.rawValue] { writer.put(number) }
        }
        writer.put(Int64(skipped.count))
        for each in skipped { for number in [each.folder.rawValue, each.item.rawValue, each.since.rawValue] { writer.put(number) } }
        return writer.bytes
    }
    init?(decoding bytes: [UInt8]) {
        var reader = NumberReader(bytes)
        guard !bytes.isEmpty else { return nil }
        let form = reader.number()
        guard form == 1 || form == 2 else { return nil }
        heartbeat = Int(reader.number())
        for _ in 0..<reader.count(atMost: Limits.folders) { pinged.append(FolderID(reader.number())) }
        if reader.number() == 1 {
            var known = Sync()
            known.windowSize = reader.optional().map { Int($0) }
            known.wait = reader.optional().map { Int($0) }
            for _ in 0..<reader.count(atMost: Limits.folders) {
                let folder = FolderID(reader.number()), window = reader.optional(), changes = reader.optional()
                known.collections.append(SyncCollection(folder: folder, windowSize: window.map { Int($0) }, getChanges: changes.map { $0 == 1 }))
            }
            sync = known
        }
        for _ in 0..<reader.count(atMost: Limits.sent) { sent.append(UInt64(bitPattern: reader.number())) }
        // Form 1 ends here.
        if form == 2 {
            for _ in 0..<reader.count(atMost: Limits.repeats) {
                let folder = FolderID(reader.number()), key = reader.number(), count = Int(reader.number()), alone = Int(reader.number())
                repeats.append(Repeat(folder: folder, key: key, count: count, alone: alone, item: ItemID(reader.number())))
            }
            for _ in 0..<reader.count(atMost: Limits.skipped) {
                let folder = FolderID(reader.number()), item = ItemID(reader.number())
                skipped.append(.init(folder: folder, item: item, since: Timestamp(rawValue: reader.number())))
            }
        }
        guard reader.isSound else { return nil }
    }
    /// Changes what is remembered, inside of a write; the rest of the device's row stays as it is now.
    static func update(_ device: DeviceRow, _ store: WriteTransaction, _ change: (inout DeviceMemory) -> Void) throws {
        guard var row = try store.device(of: device.account, identifier: device.identifier) else { return }
        var memory = DeviceMemory(row)
        change(&memory)
        let bytes = memory.encode()
        guard bytes != row.remembered else { return }
        row.remembered = bytes
        _ = try store.put(row)
    }
}
