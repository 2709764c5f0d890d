/// Code page 4: the elements of the namespace Calendar, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.5)
@usableFromInline package enum Calendar {
    @inlinable package static var timezone: WBXMLTag { WBXMLTag(0x0405) }
    @inlinable package static var allDayEvent: WBXMLTag { WBXMLTag(0x0406) }
    @inlinable package static var attendees: WBXMLTag { WBXMLTag(0x0407) }
    @inlinable package static var attendee: WBXMLTag { WBXMLTag(0x0408) }
    @inlinable package static var email: WBXMLTag { WBXMLTag(0x0409) }
    @inlinable package static var name: WBXMLTag { WBXMLTag(0x040A) }
    @inlinable package static var body: WBXMLTag { WBXMLTag(0x040B) }  // 2.5 and before
    @inlinable package static var bodyTruncated: WBXMLTag { WBXMLTag(0x040C) }  // 2.5 and before
    @inlinable package static var busyStatus: WBXMLTag { WBXMLTag(0x040D) }
    @inlinable package static var categories: WBXMLTag { WBXMLTag(0x040E) }
    @inlinable package static var category: WBXMLTag { WBXMLTag(0x040F) }
    @inlinable package static var compressedRTF: WBXMLTag { WBXMLTag(0x0410) }  // 2.5 and before
    @inlinable package static var dtStamp: WBXMLTag { WBXMLTag(0x0411) }
    @inlinable package static var endTime: WBXMLTag { WBXMLTag(0x0412) }
    @inlinable package static var exception: WBXMLTag { WBXMLTag(0x0413) }
    @inlinable package static var exceptions: WBXMLTag { WBXMLTag(0x0414) }
    @inlinable package static var deleted: WBXMLTag { WBXMLTag(0x0415) }
    @inlinable package static var exceptionStartTime: WBXMLTag { WBXMLTag(0x0416) }
    @inlinable package static var location: WBXMLTag { WBXMLTag(0x0417) }
    @inlinable package static var meetingStatus: WBXMLTag { WBXMLTag(0x0418) }
    @inlinable package static var organizerEmail: WBXMLTag { WBXMLTag(0x0419) }
    @inlinable package static var organizerName: WBXMLTag { WBXMLTag(0x041A) }
    @inlinable package static var recurrence: WBXMLTag { WBXMLTag(0x041B) }
    @inlinable package static var type: WBXMLTag { WBXMLTag(0x041C) }
    @inlinable package static var until: WBXMLTag { WBXMLTag(0x041D) }
    @inlinable package static var occurrences: WBXMLTag { WBXMLTag(0x041E) }
    @inlinable package static var interval: WBXMLTag { WBXMLTag(0x041F) }
    @inlinable package static var dayOfWeek: WBXMLTag { WBXMLTag(0x0420) }
    @inlinable package static var dayOfMonth: WBXMLTag { WBXMLTag(0x0421) }
    @inlinable package static var weekOfMonth: WBXMLTag { WBXMLTag(0x0422) }
    @inlinable package static var monthOfYear: WBXMLTag { WBXMLTag(0x0423) }
    @inlinable package static var reminder: WBXMLTag { WBXMLTag(0x0424) }
    @inlinable package static var sensitivity: WBXMLTag { WBXMLTag(0x0425) }
    @inlinable package static var subject: WBXMLTag { WBXMLTag(0x0426) }
    @inlinable package static var startTime: WBXMLTag { WBXMLTag(0x0427) }
    @inlinable package static var uid: WBXMLTag { WBXMLTag(0x0428) }
    @inlinable package static var attendeeStatus: WBXMLTag { WBXMLTag(0x0429) }
    @inlinable package static var attendeeType: WBXMLTag { WBXMLTag(0x042A) }
    @inlinable package static var attachment: WBXMLTag { WBXMLTag(0x042B) }  // 2.5 and before
    @inlinable package static var attachments: WBXMLTag { WBXMLTag(0x042C) }  // 2.5 and before
    @inlinable package static var attName: WBXMLTag { WBXMLTag(0x042D) }  // 2.5 and before
    @inlinable package static var attSize: WBXMLTag { WBXMLTag(0x042E) }  // 2.5 and before
    @inlinable package static var attOid: WBXMLTag { WBXMLTag(0x042F) }  // 2.5 and before
    @inlinable package static var attMethod: WBXMLTag { WBXMLTag(0x0430) }  // 2.5 and before
    @inlinable package static var attRemoved: WBXMLTag { WBXMLTag(0x0431) }  // 2.5 and before
    @inlinable package static var displayName: WBXMLTag { WBXMLTag(0x0432) }  // 2.5 and before
    @inlinable package static var disallowNewTimeProposal: WBXMLTag { WBXMLTag(0x0433) }
    @inlinable package static var responseRequested: WBXMLTag { WBXMLTag(0x0434) }
    @inlinable package static var appointmentReplyTime: WBXMLTag { WBXMLTag(0x0435) }
    @inlinable package static var responseType: WBXMLTag { WBXMLTag(0x0436) }
    @inlinable package static var calendarType: WBXMLTag { WBXMLTag(0x0437) }
    @inlinable package static var isLeapMonth: WBXMLTag { WBXMLTag(0x0438) }
    @inlinable package static var firstDayOfWeek: WBXMLTag { WBXMLTag(0x0439) }
    @inlinable package static var onlineMeetingConfLink: WBXMLTag { WBXMLTag(0x043A) }
    @inlinable package static var onlineMeetingExternalLink: WBXMLTag { WBXMLTag(0x043B) }
    @inlinable package static var clientUid: WBXMLTag { WBXMLTag(0x043C) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(4, "Calendar", [
        "Timezone", "AllDayEvent", "Attendees", "Attendee", "Email", "Name", "Body", "BodyTruncated", "BusyStatus", "Categories", "Category",
        "CompressedRTF", "DtStamp", "EndTime", "Exception", "Exceptions", "Deleted", "ExceptionStartTime", "Location", "MeetingStatus",
        "OrganizerEmail", "OrganizerName", "Recurrence", "Type", "Until", "Occurrences", "Interval", "DayOfWeek", "DayOfMonth", "WeekOfMonth",
        "MonthOfYear", "Reminder", "Sensitivity", "Subject", "StartTime", "UID", "AttendeeStatus", "AttendeeType", "Attachment", "Attachments",
        "AttName", "AttSize", "AttOid", "AttMethod", "AttRemoved", "DisplayName", "DisallowNewTimeProposal", "ResponseRequested",
        "AppointmentReplyTime", "ResponseType", "CalendarType", "IsLeapMonth", "FirstDayOfWeek", "OnlineMeetingConfLink",
        "OnlineMeetingExternalLink", "ClientUid",
    ])
}
