/// The full name of a mail folder, level by level. INBOX, in any letters, is one folder; all other names are what they are. (RFC 3501 §5.1)
package struct FolderPath: Hashable, Sendable, CustomStringConvertible {
    package enum Limits {
        /// Octets of one level's name in UTF-8.
        package static let level = 255
        package static let depth = 32
    }
    package static let delimiter: Character = "/"
    package static let inbox = FolderPath(["INBOX"])
    package let levels: [String]

    private init(_ levels: [String]) { self.levels = levels }

    /// nil for a name that no folder can have: an empty level, a control or line separator, too long. A delimiter at the end is dropped:
    /// it only says that folders are to come below. (RFC 3501 §6.3.3; threat T24)
    package init?(_ name: String) {
        var levels = name.split(separator: Self.delimiter, omittingEmptySubsequences: false).map(String.init)
        if levels.count > 1, levels.last?.isEmpty == true { levels.removeLast() }
        guard levels.count <= Limits.depth else { return nil }
        for level in levels {
            guard !level.isEmpty, level.utf8.count <= Limits.level, level.unicodeScalars.allSatisfy(Self.isAllowed) else { return nil }
        }
        if Self.isInbox(levels[0]) { levels[0] = "INBOX" }
        self.levels = levels
    }
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
    private static func isInbox(_ level: String) -> Bool {
        level.utf8.count == 5 && zip(level.utf8, "inbox".utf8).allSatisfy { $0 | 0x20 == $1 }
    }
    /// Wildcards of LIST in a new name would make it unfindable for the client that asked for it.
    package var hasWildcard: Bool { levels.contains { $0.contains("*") || $0.contains("%") } }

    package var name: String { levels[levels.count - 1] }
    package var isInbox: Bool { self == Self.inbox }
    package var parent: FolderPath? { levels.count > 1 ? FolderPath(Array(levels.dropLast())) : nil }
    /// All folders above, from the top.
    package var ancestors: [FolderPath] { (1..<levels.count).map { FolderPath(Array(levels[..<$0])) } }
    package func isBelow(_ other: FolderPath) -> Bool { levels.count > other.levels.count && levels.starts(with: other.levels) }
    package var description: String { levels.joined(separator: "/") }
}
