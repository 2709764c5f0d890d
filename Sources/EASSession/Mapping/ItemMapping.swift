import EASCodec
import Groupware
import MailStore
import Model

/// Between a class of items and its elements. Sync, Ping and the engine below know classes only through this: a new class is a new mapping
/// and a row in `ItemMappings`.
protocol ItemMapping: Sendable {
    /// "Email", as Class says it. (MS-ASCMD §2.2.3.27)
    var name: String { get }
    /// Writes the children of ApplicationData (or Properties): all of the item.
    func write(_ item: ItemRow, _ context: MappingContext, _ writer: inout TokenWriter) throws
    /// Writes only what changed.
    func write(_ parts: ItemParts, of item: ItemRow, _ context: MappingContext, _ writer: inout TokenWriter) throws
    /// Whether there is anything to write of what changed.
    func tells(_ parts: ItemParts, in version: ProtocolVersion) -> Bool
    /// Makes a client's change; the Status of the answer. (MS-ASCMD §2.2.3.177.17)
    func change(_ item: ItemRow, by data: WBXMLElement, _ store: WriteTransaction) throws -> Int
    /// What of an item a client's change is about.
    func parts(touchedBy data: WBXMLElement) -> ItemParts
    /// Makes a client's new item.
    func add(_ data: WBXMLElement, to folder: FolderRow, _ store: WriteTransaction) throws -> (status: Int, item: ItemID?)
    /// Whether changes of both sides exclude each other; where they do not (a message's marks), each side's count. (MS-ASCMD §2.2.3.33)
    var hasConflicts: Bool { get }
}

/// What a mapping needs besides the item.
struct MappingContext {
    let store: ReadTransaction
    let version: ProtocolVersion
    let options: SyncOptions
    let references: FileReferences
    /// Where large data goes in a multipart answer; nil: inline.
    var parts: PartsCollector?
}

/// The binary parts of a multipart answer; part 0 is the document. (MS-ASCMD §2.2.1.10.1.1)
final class PartsCollector {
    private(set) var parts: [[UInt8]]
    /// `parts`: those that the answer has already.
    init(_ parts: [[UInt8]] = []) { self.parts = parts }
    /// Keeps the part; its number.
    func add(_ part: [UInt8]) -> Int {
        parts.append(part)
        return parts.count
    }
}

enum ItemMappings {
    private static let mail = EmailMapping()
    static func mapping(for itemClass: ItemClass) -> (any ItemMapping)? {
        switch itemClass {
        case .mail: mail
        case .calendar, .contacts, .tasks, .notes: nil
        }
    }
}

/// Status values of Sync. (MS-ASCMD §2.2.3.177.17)
enum SyncStatus {
    static let success = 1, wrongKey = 3, protocolError = 4, serverError = 5, conversion = 6, conflict = 7, notFound = 8, cannotComplete = 9
    static let hierarchyChanged = 12, incomplete = 13, waitOutOfRange = 14, tooManyCollections = 15, retry = 16
}
