package import MailStore
package import Model

/// What a device's row says in this room's own form, for whoever administers it.
package enum DeviceView {
    /// An item that a device is not told of any more, because it asked for it again and again. (decision 0131)
    package struct Skipped: Sendable, Equatable {
        package let folder: FolderID
        package let item: ItemID
        package let since: Timestamp
    }
    package static func skipped(_ row: DeviceRow) -> [Skipped] { DeviceMemory(row).skipped }
    /// The same memory, with which the device is told of everything again.
    package static func withoutSkipped(_ remembered: [UInt8]) -> [UInt8] {
        guard var memory = DeviceMemory(decoding: remembered) else { return remembered }
        memory.skipped = []
        memory.repeats = []
        return memory.encode()
    }
}
