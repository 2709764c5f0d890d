/// Code page 8: the elements of the namespace MeetingResponse, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.9)
@usableFromInline package enum MeetingResponse {
    @inlinable package static var calendarId: WBXMLTag { WBXMLTag(0x0805) }
    @inlinable package static var collectionId: WBXMLTag { WBXMLTag(0x0806) }
    @inlinable package static var meetingResponse: WBXMLTag { WBXMLTag(0x0807) }
    @inlinable package static var requestId: WBXMLTag { WBXMLTag(0x0808) }
    @inlinable package static var request: WBXMLTag { WBXMLTag(0x0809) }
    @inlinable package static var result: WBXMLTag { WBXMLTag(0x080A) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x080B) }
    @inlinable package static var userResponse: WBXMLTag { WBXMLTag(0x080C) }
    @inlinable package static var version: WBXMLTag { WBXMLTag(0x080D) }  // 2.5 and before
    @inlinable package static var instanceId: WBXMLTag { WBXMLTag(0x080E) }
    @inlinable package static var proposedStartTime: WBXMLTag { WBXMLTag(0x0810) }
    @inlinable package static var proposedEndTime: WBXMLTag { WBXMLTag(0x0811) }
    @inlinable package static var sendResponse: WBXMLTag { WBXMLTag(0x0812) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(8, "MeetingResponse", [
        "CalendarId", "CollectionId", "MeetingResponse", "RequestId", "Request", "Result", "Status", "UserResponse", "Version", "InstanceId", "",
        "ProposedStartTime", "ProposedEndTime", "SendResponse",
    ])
}
