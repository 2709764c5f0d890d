/// Code page 22: the elements of the namespace Email2, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.23)
@usableFromInline package enum Email2 {
    @inlinable package static var umCallerID: WBXMLTag { WBXMLTag(0x1605) }
    @inlinable package static var umUserNotes: WBXMLTag { WBXMLTag(0x1606) }
    @inlinable package static var umAttDuration: WBXMLTag { WBXMLTag(0x1607) }
    @inlinable package static var umAttOrder: WBXMLTag { WBXMLTag(0x1608) }
    @inlinable package static var conversationId: WBXMLTag { WBXMLTag(0x1609) }
    @inlinable package static var conversationIndex: WBXMLTag { WBXMLTag(0x160A) }
    @inlinable package static var lastVerbExecuted: WBXMLTag { WBXMLTag(0x160B) }
    @inlinable package static var lastVerbExecutionTime: WBXMLTag { WBXMLTag(0x160C) }
    @inlinable package static var receivedAsBcc: WBXMLTag { WBXMLTag(0x160D) }
    @inlinable package static var sender: WBXMLTag { WBXMLTag(0x160E) }
    @inlinable package static var calendarType: WBXMLTag { WBXMLTag(0x160F) }
    @inlinable package static var isLeapMonth: WBXMLTag { WBXMLTag(0x1610) }
    @inlinable package static var accountId: WBXMLTag { WBXMLTag(0x1611) }
    @inlinable package static var firstDayOfWeek: WBXMLTag { WBXMLTag(0x1612) }
    @inlinable package static var meetingMessageType: WBXMLTag { WBXMLTag(0x1613) }
    @inlinable package static var isDraft: WBXMLTag { WBXMLTag(0x1615) }
    @inlinable package static var bcc: WBXMLTag { WBXMLTag(0x1616) }
    @inlinable package static var send: WBXMLTag { WBXMLTag(0x1617) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(22, "Email2", [
        "UmCallerID", "UmUserNotes", "UmAttDuration", "UmAttOrder", "ConversationId", "ConversationIndex", "LastVerbExecuted",
        "LastVerbExecutionTime", "ReceivedAsBcc", "Sender", "CalendarType", "IsLeapMonth", "AccountId", "FirstDayOfWeek", "MeetingMessageType", "",
        "IsDraft", "Bcc", "Send",
    ])
}
