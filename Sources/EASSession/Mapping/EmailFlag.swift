import EASCodec
import Groupware
import MailStore
import Model

/// The Flag of a mail: status as bits that IMAP shares, dates and type as properties. (MS-ASEMAIL §2.2.2.34)
enum EmailFlag {
    enum Status { static let cleared = 0, complete = 1, active = 2 }
    /// What is kept, by the name it is stored under.
    private static let kept: [(name: String, tag: WBXMLTag)] = [
        ("FlagType", Email.flagType), ("CompleteTime", Email.completeTime), ("DateCompleted", Tasks.dateCompleted), ("StartDate", Tasks.startDate),
        ("UtcStartDate", Tasks.utcStartDate), ("DueDate", Tasks.dueDate), ("UtcDueDate", Tasks.utcDueDate), ("ReminderSet", Tasks.reminderSet),
        ("ReminderTime", Tasks.reminderTime), ("Subject", Tasks.subject), ("OrdinalDate", Tasks.ordinalDate), ("SubOrdinalDate", Tasks.subOrdinalDate),
    ]

    /// An empty element where nothing is flagged.
    static func write(_ item: ItemRow, _ writer: inout TokenWriter) {
        let isActive = item.state.flags.contains(.flagged), isComplete = item.state.flags.contains(.flagCompleted)
        guard isActive || isComplete else { return writer.empty(Email.flag) }
        let particulars = ItemProperties(decoding: item.properties).flag
        writer.open(Email.flag)
        writer.element(Email.status, isActive ? Status.active : Status.complete)
        if particulars["FlagType"] == nil { writer.element(Email.flagType, "for Follow Up") }
        for (name, tag) in kept { if let value = particulars[name] { writer.element(tag, value) } }
        writer.close()
    }
    /// False for a Flag that says nothing it may say.
    static func change(_ item: ItemRow, by flag: WBXMLElement, _ store: WriteTransaction) throws -> Bool {
        let status = flag[Email.status].map { $0.integer ?? -1 } ?? Status.cleared
        let flags: Flags
        switch status {
        case Status.cleared: flags = []
        case Status.complete: flags = .flagCompleted
        case Status.active: flags = .flagged
        default: return false
        }
        var properties = ItemProperties(decoding: item.properties)
        properties.flag = [:]
        if status != Status.cleared {
            for (name, tag) in kept { if let child = flag[tag] { properties.flag[name] = child.text } }
        }
        // Bits alone: a replacement would take the keywords that IMAP clients have set.
        _ = try store.setFlags(item.state.id, FlagChange(.remove, Flags([.flagged, .flagCompleted]).subtracting(flags)))
        if !flags.isEmpty { _ = try store.setFlags(item.state.id, FlagChange(.add, flags)) }
        _ = try store.setProperties(item.state.id, properties.encode(), flag: true)
        return true
    }
}
