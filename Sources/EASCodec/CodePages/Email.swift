/// Code page 2: the elements of the namespace Email, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.3)
@usableFromInline package enum Email {
    @inlinable package static var attachment: WBXMLTag { WBXMLTag(0x0205) }  // 2.5 and before
    @inlinable package static var attachments: WBXMLTag { WBXMLTag(0x0206) }  // 2.5 and before
    @inlinable package static var attName: WBXMLTag { WBXMLTag(0x0207) }  // 2.5 and before
    @inlinable package static var attSize: WBXMLTag { WBXMLTag(0x0208) }  // 2.5 and before
    @inlinable package static var attOid: WBXMLTag { WBXMLTag(0x0209) }  // 2.5 and before
    @inlinable package static var attMethod: WBXMLTag { WBXMLTag(0x020A) }  // 2.5 and before
    @inlinable package static var attRemoved: WBXMLTag { WBXMLTag(0x020B) }  // 2.5 and before
    @inlinable package static var body: WBXMLTag { WBXMLTag(0x020C) }  // 2.5 and before
    @inlinable package static var bodySize: WBXMLTag { WBXMLTag(0x020D) }  // 2.5 and before
    @inlinable package static var bodyTruncated: WBXMLTag { WBXMLTag(0x020E) }  // 2.5 and before
    @inlinable package static var dateReceived: WBXMLTag { WBXMLTag(0x020F) }
    @inlinable package static var displayName: WBXMLTag { WBXMLTag(0x0210) }  // 2.5 and before
    @inlinable package static var displayTo: WBXMLTag { WBXMLTag(0x0211) }
    @inlinable package static var importance: WBXMLTag { WBXMLTag(0x0212) }
    @inlinable package static var messageClass: WBXMLTag { WBXMLTag(0x0213) }
    @inlinable package static var subject: WBXMLTag { WBXMLTag(0x0214) }
    @inlinable package static var read: WBXMLTag { WBXMLTag(0x0215) }
    @inlinable package static var to: WBXMLTag { WBXMLTag(0x0216) }
    @inlinable package static var cc: WBXMLTag { WBXMLTag(0x0217) }
    @inlinable package static var from: WBXMLTag { WBXMLTag(0x0218) }
    @inlinable package static var replyTo: WBXMLTag { WBXMLTag(0x0219) }
    @inlinable package static var allDayEvent: WBXMLTag { WBXMLTag(0x021A) }
    @inlinable package static var categories: WBXMLTag { WBXMLTag(0x021B) }
    @inlinable package static var category: WBXMLTag { WBXMLTag(0x021C) }
    @inlinable package static var dtStamp: WBXMLTag { WBXMLTag(0x021D) }
    @inlinable package static var endTime: WBXMLTag { WBXMLTag(0x021E) }
    @inlinable package static var instanceType: WBXMLTag { WBXMLTag(0x021F) }
    @inlinable package static var busyStatus: WBXMLTag { WBXMLTag(0x0220) }
    @inlinable package static var location: WBXMLTag { WBXMLTag(0x0221) }
    @inlinable package static var meetingRequest: WBXMLTag { WBXMLTag(0x0222) }
    @inlinable package static var organizer: WBXMLTag { WBXMLTag(0x0223) }
    @inlinable package static var recurrenceId: WBXMLTag { WBXMLTag(0x0224) }
    @inlinable package static var reminder: WBXMLTag { WBXMLTag(0x0225) }
    @inlinable package static var responseRequested: WBXMLTag { WBXMLTag(0x0226) }
    @inlinable package static var recurrences: WBXMLTag { WBXMLTag(0x0227) }
    @inlinable package static var recurrence: WBXMLTag { WBXMLTag(0x0228) }
    @inlinable package static var type: WBXMLTag { WBXMLTag(0x0229) }
    @inlinable package static var until: WBXMLTag { WBXMLTag(0x022A) }
    @inlinable package static var occurrences: WBXMLTag { WBXMLTag(0x022B) }
    @inlinable package static var interval: WBXMLTag { WBXMLTag(0x022C) }
    @inlinable package static var dayOfWeek: WBXMLTag { WBXMLTag(0x022D) }
    @inlinable package static var dayOfMonth: WBXMLTag { WBXMLTag(0x022E) }
    @inlinable package static var weekOfMonth: WBXMLTag { WBXMLTag(0x022F) }
    @inlinable package static var monthOfYear: WBXMLTag { WBXMLTag(0x0230) }
    @inlinable package static var startTime: WBXMLTag { WBXMLTag(0x0231) }
    @inlinable package static var sensitivity: WBXMLTag { WBXMLTag(0x0232) }
    @inlinable package static var timeZone: WBXMLTag { WBXMLTag(0x0233) }
    @inlinable package static var globalObjId: WBXMLTag { WBXMLTag(0x0234) }
    @inlinable package static var threadTopic: WBXMLTag { WBXMLTag(0x0235) }
    @inlinable package static var mimeData: WBXMLTag { WBXMLTag(0x0236) }  // 2.5 and before
    @inlinable package static var mimeTruncated: WBXMLTag { WBXMLTag(0x0237) }  // 2.5 and before
    @inlinable package static var mimeSize: WBXMLTag { WBXMLTag(0x0238) }  // 2.5 and before
    @inlinable package static var internetCPID: WBXMLTag { WBXMLTag(0x0239) }
    @inlinable package static var flag: WBXMLTag { WBXMLTag(0x023A) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x023B) }
    @inlinable package static var contentClass: WBXMLTag { WBXMLTag(0x023C) }
    @inlinable package static var flagType: WBXMLTag { WBXMLTag(0x023D) }
    @inlinable package static var completeTime: WBXMLTag { WBXMLTag(0x023E) }
    @inlinable package static var disallowNewTimeProposal: WBXMLTag { WBXMLTag(0x023F) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(2, "Email", [
        "Attachment", "Attachments", "AttName", "AttSize", "AttOid", "AttMethod", "AttRemoved", "Body", "BodySize", "BodyTruncated", "DateReceived",
        "DisplayName", "DisplayTo", "Importance", "MessageClass", "Subject", "Read", "To", "Cc", "From", "ReplyTo", "AllDayEvent", "Categories",
        "Category", "DtStamp", "EndTime", "InstanceType", "BusyStatus", "Location", "MeetingRequest", "Organizer", "RecurrenceId", "Reminder",
        "ResponseRequested", "Recurrences", "Recurrence", "Type", "Until", "Occurrences", "Interval", "DayOfWeek", "DayOfMonth", "WeekOfMonth",
        "MonthOfYear", "StartTime", "Sensitivity", "TimeZone", "GlobalObjId", "ThreadTopic", "MIMEData", "MIMETruncated", "MIMESize", "InternetCPID",
        "Flag", "Status", "ContentClass", "FlagType", "CompleteTime", "DisallowNewTimeProposal",
    ])
}
