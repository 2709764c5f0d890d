import EASCodec
import Groupware
import MailStore
import Model

/// Mail and the elements of the Email class. (MS-ASEMAIL §2.2.2)
struct EmailMapping: ItemMapping {
    let name = "Email"
    /// Marks of both sides are brought together, each element by itself. (MS-ASEMAIL §3.2.5.2)
    let hasConflicts = false

    func write(_ item: ItemRow, _ context: MappingContext, _ writer: inout TokenWriter) throws {
        let mail = Mail(item: item, message: try StoredMessage(item, context.store), context: context)
        for element in EmailElements.all where context.version.has(element.feature) { try element.write(mail, &writer) }
    }

    func write(_ parts: ItemParts, of item: ItemRow, _ context: MappingContext, _ writer: inout TokenWriter) throws {
        if parts.contains(.seen) { writer.element(Email.read, item.state.flags.contains(.seen)) }
        if parts.contains(.flag), context.version.has(.flags) { EmailFlag.write(item, &writer) }
        if parts.contains(.marks), context.version.has(.conversations) {
            let properties = ItemProperties(decoding: item.properties)
            EmailElements.writeVerb(item.state.flags, properties, &writer, evenNone: true)
            EmailElements.writeCategories(item, properties, &writer)
        }
    }
    func tells(_ parts: ItemParts, in version: ProtocolVersion) -> Bool {
        var known: ItemParts = [.seen, .content]
        if version.has(.flags) { known.insert(.flag) }
        if version.has(.conversations) { known.insert(.marks) }
        return !parts.isDisjoint(with: known)
    }

    /// Read, Flag and Categories are the client's to change; the rest of a received mail is not. (MS-ASEMAIL §3.1.5.3)
    func change(_ item: ItemRow, by data: WBXMLElement, _ store: WriteTransaction) throws -> Int {
        guard let change = EmailChange(data) else { return SyncStatus.conversion }
        let id = item.state.id
        var properties = ItemProperties(decoding: item.properties)
        var steps: [(bytes: [UInt8], isAboutFlag: Bool)] = []
        if let flag = change.flag {
            properties.flag = flag.particulars
            steps.append((properties.encode(), true))
        }
        var keywords: (gone: [String], new: [String]) = ([], [])
        if let categories = change.categories {
            guard let found = EmailCategories.set(categories, of: item, &properties) else { return SyncStatus.conversion }
            keywords = found
            steps.append((properties.encode(), false))
        }
        guard steps.allSatisfy({ $0.bytes.count <= ItemRow.propertiesLimit }) else { return SyncStatus.conversion }
        if let isSeen = change.isSeen { _ = try store.setFlags(id, FlagChange(isSeen ? .add : .remove, .seen)) }
        try change.flag?.mark(id, store)
        if !keywords.gone.isEmpty { _ = try store.setFlags(id, FlagChange(.remove, [], keywords: keywords.gone)) }
        if !keywords.new.isEmpty { _ = try store.setFlags(id, FlagChange(.add, [], keywords: keywords.new)) }
        for step in steps { _ = try store.setProperties(id, step.bytes, flag: step.isAboutFlag) }
        return SyncStatus.success
    }
    func parts(touchedBy data: WBXMLElement) -> ItemParts {
        var parts: ItemParts = []
        for child in data.children {
            switch child.tag {
            case Email.read: parts.insert(.seen)
            case Email.flag: parts.insert(.flag)
            case Email.categories: parts.insert(.marks)
            default: continue
            }
        }
        return parts
    }
    /// Up to 14.1 mail comes by SendMail alone. (MS-ASEMAIL §3.1.5.3; MS-ASCMD §2.2.3.7.2)
    func add(_ data: WBXMLElement, to folder: FolderRow, _ store: WriteTransaction) throws -> (status: Int, item: ItemID?) { (SyncStatus.conversion, nil) }
}
