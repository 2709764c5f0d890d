import Bytes

/// 64-bit names of message ids, by which mails of one conversation find each other. Not secret and not unique: a wrong match joins two threads.
package enum ThreadKeys {
    /// Hashes of Message-ID (first, where there is one), In-Reply-To and References, without doubles; of too many the newest stay.
    static func keys(messageID: [UInt8]?, inReplyTo: [UInt8]?, references: [UInt8]?) -> [Int64] {
        var keys: [Int64] = []
        if let id = messageID.flatMap({ ids($0).first }) { keys.append(hash(id)) }
        var others = (inReplyTo.map(ids) ?? []).prefix(Limits.threadKeys / 4).map(hash)
        others += (references.map(ids) ?? []).suffix(Limits.threadKeys / 2).map(hash)
        for key in others where keys.count < Limits.threadKeys && !keys.contains(key) { keys.append(key) }
        return keys
    }
    /// The ids of a field, without brackets. A field without brackets is one id where it has no blanks. (RFC 5322 §3.6.4)
    package static func ids(_ field: [UInt8]) -> [[UInt8]] {
        var ids: [[UInt8]] = []
        var place = 0
        while let open = field[place...].firstIndex(of: 0x3C) {
            guard let close = field[open...].firstIndex(of: 0x3E) else { break }
            let id = field[(open + 1)..<close].filter { $0 > 32 }
            if !id.isEmpty { ids.append(Array(id)) }
            place = close + 1
        }
        if ids.isEmpty, !field.isEmpty, !field.contains(where: { $0 <= 32 || $0 == 0x3C }) { ids = [field] }
        return ids
    }
    /// FNV-1a, 64 bits.
    package static func hash(_ id: [UInt8]) -> Int64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int64(bitPattern: value)
    }
}
