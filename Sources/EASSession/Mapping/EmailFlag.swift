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
    /// What a Flag of a client asks for.
    struct Change {
        let flags: Flags
        let particulars: [String: String]

        /// nil for a Flag that says nothing it may say.
        init?(_ flag: WBXMLElement) {
            let status = flag[Email.status].map { $0.integer ?? -1 } ?? Status.cleared
            switch status {
            case Status.cleared: flags = []
            case Status.complete: flags = .flagCompleted
            case Status.active: flags = .flagged
            default: return nil
            }
            var particulars: [String: String] = [:]
            if status != Status.cleared {
                for (name, tag) in kept { if let child = flag[tag] { particulars[name] = child.text } }
            }
            self.particulars = particulars
            guard Self.isSound(particulars) else { return nil }
        }
        /// Start and due, by the device's clock and by UTC: all four or none, and none due before it starts; a reminder has a time.
        /// (MS-ASEMAIL §2.2.2.31, §2.2.2.65, §2.2.2.72, §2.2.2.86, §2.2.2.87)
        private static func isSound(_ said: [String: String]) -> Bool {
            let count = ["StartDate", "DueDate", "UtcStartDate", "UtcDueDate"].count { said[$0] != nil }
            guard count == 0 || count == 4 else { return false }
            for (start, due) in [("StartDate", "DueDate"), ("UtcStartDate", "UtcDueDate")] {
                guard let first = said[start].flatMap(DateText.parse), let last = said[due].flatMap(DateText.parse) else { continue }
                guard first <= last else { return false }
            }
            return said["ReminderSet"] != "1" || said["ReminderTime"] != nil
        }
        /// Bits alone: a replacement would take the keywords that IMAP clients have set.
        func mark(_ item: ItemID, _ store: WriteTransaction) throws {
            _ = try store.setFlags(item, FlagChange(.remove, Flags([.flagged, .flagCompleted]).subtracting(flags)))
            if !flags.isEmpty { _ = try store.setFlags(item, FlagChange(.add, flags)) }
        }
    }
}
