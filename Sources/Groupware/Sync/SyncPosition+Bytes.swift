import Model

/// The stored form of a position: a version, then numbers of 7 bits a byte. A form that is not ours decodes to nil; the device starts anew.
extension SyncPosition {
    private static let version: UInt8 = 1

    package func encode() -> [UInt8] {
        var writer = NumberWriter()
        writer.bytes.append(Self.version)
        writer.put(isFresh ? 1 : 0)
        writer.put(base.rawValue)
        writer.put(changed)
        writer.put(gone)
        writer.put(Int64(uid.rawValue))
        writer.put(cutoff?.rawValue)
        writer.put(cutoffItem?.rawValue)
        writer.put(Int64(backlog.count))
        for part in backlog {
            writer.put(Int64(part.uid.rawValue))
            writer.put(part.since?.rawValue)
            writer.put(part.sinceItem?.rawValue)
            writer.put(part.below?.date.rawValue)
            writer.put(part.below?.item.rawValue)
        }
        writer.put(Int64(own.count))
        for change in own { writer.put(change) }
        writer.put(Int64(revived.count))
        for uid in revived { writer.put(Int64(uid.rawValue)) }
        writer.put(Int64(options.count))
        writer.bytes.append(contentsOf: options)
        return writer.bytes
    }

    package init?(decoding bytes: [UInt8]) {
        guard bytes.first == Self.version else { return nil }
        var reader = NumberReader(bytes, from: 1)
        isFresh = reader.number() == 1
        base = ModSeq(reader.number())
        changed = reader.cursor()
        gone = reader.cursor()
        uid = reader.uid()
        cutoff = reader.optional().map(Timestamp.init(rawValue:))
        cutoffItem = reader.optional().map(ItemID.init(rawValue:))
        for _ in 0..<reader.count(atMost: Limits.backlogs) {
            let uid = reader.uid(), since = reader.optional().map(Timestamp.init(rawValue:)), sinceItem = reader.optional().map(ItemID.init(rawValue:))
            let date = reader.optional(), item = reader.optional()
            var below: Mark?
            if let date, let item { below = Mark(date: Timestamp(rawValue: date), item: ItemID(item)) }
            backlog.append(Backlog(uid: uid, since: since, sinceItem: sinceItem, below: below))
        }
        for _ in 0..<reader.count(atMost: Limits.own) { own.append(reader.ownChange()) }
        for _ in 0..<reader.count(atMost: Limits.revived) { revived.append(reader.uid()) }
        options = reader.rest(atMost: Limits.options)
        guard reader.isSound else { return nil }
    }
}

/// Signed numbers, zigzag, 7 bits a byte.
package struct NumberWriter {
    package var bytes: [UInt8] = []
    package init() {}
    package mutating func put(_ value: Int64) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
    package mutating func put(_ value: Int64?) {
        guard let value else { return bytes.append(0) }
        bytes.append(1)
        put(value)
    }
    mutating func put(_ cursor: SyncPosition.Cursor) {
        put(cursor.modseq.rawValue)
        put(cursor.item?.rawValue)
    }
    mutating func put(_ change: OwnChange) {
        put(change.modseq.rawValue)
        put(Int64(change.kinds.rawValue) | (change.isWhole ? 0x100 : 0))
    }
    package mutating func put(_ text: String) {
        put(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }
    package mutating func put(blob: [UInt8]) {
        put(Int64(blob.count))
        bytes.append(contentsOf: blob)
    }
}

/// Reads what `NumberWriter` wrote. After the first mistake every answer is zero or nil, and `isSound` false.
package struct NumberReader {
    private let bytes: [UInt8]
    private var offset: Int
    package private(set) var isSound = true
    package init(_ bytes: [UInt8], from offset: Int = 0) { self.bytes = bytes; self.offset = min(offset, bytes.count) }
    package var isAtEnd: Bool { offset >= bytes.count }

    package mutating func number() -> Int64 {
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
            guard offset < bytes.count else { break }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
        }
        isSound = false
        return 0
    }
    package mutating func optional() -> Int64? {
        guard isSound, offset < bytes.count, bytes[offset] <= 1 else { isSound = false; return nil }
        offset += 1
        return bytes[offset - 1] == 1 ? number() : nil
    }
    mutating func cursor() -> SyncPosition.Cursor {
        let modseq = ModSeq(number())
        return SyncPosition.Cursor(modseq, optional().map(ItemID.init(rawValue:)))
    }
    mutating func uid() -> UID {
        let value = number()
        guard value >= 0, value <= Int64(UInt32.max) else { isSound = false; return UID(0) }
        return UID(UInt32(value))
    }
    mutating func ownChange() -> OwnChange {
        let modseq = ModSeq(number()), bits = number()
        return OwnChange(modseq, OwnChange.Kinds(rawValue: UInt8(truncatingIfNeeded: bits)), isWhole: bits & 0x100 != 0)
    }
    /// A count that may be trusted: never more than `limit` nor than there are bytes.
    package mutating func count(atMost limit: Int) -> Int {
        let value = number()
        guard value >= 0, value <= Int64(limit), value <= Int64(bytes.count - offset) else { isSound = false; return 0 }
        return Int(value)
    }
    package mutating func blob(atMost limit: Int) -> [UInt8] {
        let size = count(atMost: limit)
        defer { offset += size }
        return Array(bytes[offset..<(offset + size)])
    }
    package mutating func text(atMost limit: Int) -> String { String(decoding: blob(atMost: limit), as: UTF8.self) }
    mutating func rest(atMost limit: Int) -> [UInt8] {
        let options = blob(atMost: limit)
        if !isAtEnd { isSound = false }
        return options
    }
}
