package import Model

/// What the commands of one request brought about, kept until the device shows that it has our answer: sent again with the previous key,
/// a command is answered as before and not done twice. (MS-ASCMD §3.1.5.3)
package struct CommandOutcome: Sendable, Equatable {
    package enum Limits {
        /// More commands are not taken in one request. (MS-ASCMD §3.1.5.10)
        package static let commands = 200
    }
    package struct Entry: Sendable, Equatable {
        /// Hash of the command as it was sent, so that another command under the same id is not taken for it.
        package var command: UInt64
        package var status: Int
        /// The item that an Add made.
        package var item: ItemID?
        package init(command: UInt64, status: Int, item: ItemID? = nil) { self.command = command; self.status = status; self.item = item }
    }
    package var entries: [Entry] = []
    /// What was done: the device's own, also when the answer is repeated.
    package var own: [OwnChange] = []

    package init() {}
    package var isEmpty: Bool { entries.isEmpty }
    package func entry(for command: UInt64) -> Entry? { entries.first { $0.command == command } }
    /// The entry of a command, once: the same command twice in a request is two commands.
    package mutating func take(_ command: UInt64) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.command == command }) else { return nil }
        return entries.remove(at: index)
    }

    package func encode() -> [UInt8] {
        guard !entries.isEmpty || !own.isEmpty else { return [] }
        var writer = NumberWriter()
        writer.put(Int64(own.count))
        for change in own { writer.put(change) }
        writer.put(Int64(entries.count))
        for entry in entries {
            writer.put(Int64(bitPattern: entry.command))
            writer.put(Int64(entry.status))
            writer.put(entry.item?.rawValue)
        }
        return writer.bytes
    }
    /// Anything that is not ours is an outcome without entries: the worst that follows is a command done twice that does no harm twice.
    package init(decoding bytes: [UInt8]) {
        var reader = NumberReader(bytes)
        guard !bytes.isEmpty else { return }
        for _ in 0..<reader.count(atMost: Limits.commands) { own.append(reader.ownChange()) }
        for _ in 0..<reader.count(atMost: Limits.commands) {
            let command = UInt64(bitPattern: reader.number()), status = Int(reader.number())
            entries.append(Entry(command: command, status: status, item: reader.optional().map(ItemID.init(rawValue:))))
        }
        if !reader.isSound { self = CommandOutcome() }
    }
    /// FNV-1a: tells commands apart, proves nothing.
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
