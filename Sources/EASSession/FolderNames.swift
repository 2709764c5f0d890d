import EASCodec
import Groupware
import MailStore
import Model

/// How folders look on a device: id, type, name. (MS-ASCMD §2.2.3.186.3)
enum FolderNames {
    enum Limits {
        /// Characters of a name. (MS-ASCMD §2.2.3.49.3)
        static let name = 256
        /// Folders inside each other.
        static let depth = 32
    }
    /// The parent of the top level.
    static let root = "0"
    /// Classes that devices are shown: those that have a mapping.
    static func isShown(_ folder: FolderRow) -> Bool { ItemMappings.mapping(for: folder.itemClass) != nil }

    static func id(_ folder: FolderID) -> String { String(folder.rawValue) }
    static func parent(_ folder: FolderRow) -> String { folder.parent.map(id) ?? root }
    /// nil for everything that is no id of ours; "0" is no folder.
    static func parse(_ text: String) -> FolderID? {
        guard let first = text.utf8.first, first >= 49, first <= 57, let value = Int64(text) else { return nil }
        return FolderID(value)
    }
    static func parseItem(_ text: String) -> ItemID? { parse(text).map { ItemID($0.rawValue) } }

    static func type(_ folder: FolderRow) -> Int {
        switch folder.role {
        case .inbox: return 2
        case .drafts: return 3
        case .trash: return 4
        case .sent: return 5
        case .outbox: return 6
        case .tasks: return 7
        case .calendar: return 8
        case .contacts: return 9
        case .notes: return 10
        case .archive, .junk, nil: break
        }
        switch folder.itemClass {
        case .mail: return 12
        case .calendar: return 13
        case .contacts: return 14
        case .tasks: return 15
        case .notes: return 17
        }
    }
    static func name(_ folder: FolderRow) -> String { folder.role == .inbox ? "Inbox" : folder.name }

    /// A name that may be given: one level that IMAP can open too, and not the inbox's. (RFC 3501 §5.1)
    static func isGood(_ name: String, atTop: Bool) -> Bool {
        guard name.count <= Limits.name, !name.utf8.contains(UInt8(ascii: "/")), let path = FolderPath(name) else { return false }
        return path.levels.count == 1 && !(atTop && path.isInbox)
    }
}

extension FolderNames {
    static func id(_ item: ItemID) -> String { String(item.rawValue) }
}
