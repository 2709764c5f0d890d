/// Code page 9: the elements of the namespace Tasks, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.10)
@usableFromInline package enum Tasks {
    @inlinable package static var body: WBXMLTag { WBXMLTag(0x0905) }  // 2.5 and before
    @inlinable package static var bodySize: WBXMLTag { WBXMLTag(0x0906) }  // 2.5 and before
    @inlinable package static var bodyTruncated: WBXMLTag { WBXMLTag(0x0907) }  // 2.5 and before
    @inlinable package static var categories: WBXMLTag { WBXMLTag(0x0908) }
    @inlinable package static var category: WBXMLTag { WBXMLTag(0x0909) }
    @inlinable package static var complete: WBXMLTag { WBXMLTag(0x090A) }
    @inlinable package static var dateCompleted: WBXMLTag { WBXMLTag(0x090B) }
    @inlinable package static var dueDate: WBXMLTag { WBXMLTag(0x090C) }
    @inlinable package static var utcDueDate: WBXMLTag { WBXMLTag(0x090D) }
    @inlinable package static var importance: WBXMLTag { WBXMLTag(0x090E) }
    @inlinable package static var recurrence: WBXMLTag { WBXMLTag(0x090F) }
    @inlinable package static var type: WBXMLTag { WBXMLTag(0x0910) }
    @inlinable package static var start: WBXMLTag { WBXMLTag(0x0911) }
    @inlinable package static var until: WBXMLTag { WBXMLTag(0x0912) }
    @inlinable package static var occurrences: WBXMLTag { WBXMLTag(0x0913) }
    @inlinable package static var interval: WBXMLTag { WBXMLTag(0x0914) }
    @inlinable package static var dayOfMonth: WBXMLTag { WBXMLTag(0x0915) }
    @inlinable package static var dayOfWeek: WBXMLTag { WBXMLTag(0x0916) }
    @inlinable package static var weekOfMonth: WBXMLTag { WBXMLTag(0x0917) }
    @inlinable package static var monthOfYear: WBXMLTag { WBXMLTag(0x0918) }
    @inlinable package static var regenerate: WBXMLTag { WBXMLTag(0x0919) }
    @inlinable package static var deadOccur: WBXMLTag { WBXMLTag(0x091A) }
    @inlinable package static var reminderSet: WBXMLTag { WBXMLTag(0x091B) }
    @inlinable package static var reminderTime: WBXMLTag { WBXMLTag(0x091C) }
    @inlinable package static var sensitivity: WBXMLTag { WBXMLTag(0x091D) }
    @inlinable package static var startDate: WBXMLTag { WBXMLTag(0x091E) }
    @inlinable package static var utcStartDate: WBXMLTag { WBXMLTag(0x091F) }
    @inlinable package static var subject: WBXMLTag { WBXMLTag(0x0920) }
    @inlinable package static var compressedRTF: WBXMLTag { WBXMLTag(0x0921) }  // 2.5 and before
    @inlinable package static var ordinalDate: WBXMLTag { WBXMLTag(0x0922) }
    @inlinable package static var subOrdinalDate: WBXMLTag { WBXMLTag(0x0923) }
    @inlinable package static var calendarType: WBXMLTag { WBXMLTag(0x0924) }
    @inlinable package static var isLeapMonth: WBXMLTag { WBXMLTag(0x0925) }
    @inlinable package static var firstDayOfWeek: WBXMLTag { WBXMLTag(0x0926) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(9, "Tasks", [
        "Body", "BodySize", "BodyTruncated", "Categories", "Category", "Complete", "DateCompleted", "DueDate", "UtcDueDate", "Importance",
        "Recurrence", "Type", "Start", "Until", "Occurrences", "Interval", "DayOfMonth", "DayOfWeek", "WeekOfMonth", "MonthOfYear", "Regenerate",
        "DeadOccur", "ReminderSet", "ReminderTime", "Sensitivity", "StartDate", "UtcStartDate", "Subject", "CompressedRTF", "OrdinalDate",
        "SubOrdinalDate", "CalendarType", "IsLeapMonth", "FirstDayOfWeek",
    ])
}
