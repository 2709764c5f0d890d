/// Code page 21: the elements of the namespace ComposeMail, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.22)
@usableFromInline package enum ComposeMail {
    @inlinable package static var sendMail: WBXMLTag { WBXMLTag(0x1505) }
    @inlinable package static var smartForward: WBXMLTag { WBXMLTag(0x1506) }
    @inlinable package static var smartReply: WBXMLTag { WBXMLTag(0x1507) }
    @inlinable package static var saveInSentItems: WBXMLTag { WBXMLTag(0x1508) }
    @inlinable package static var replaceMime: WBXMLTag { WBXMLTag(0x1509) }
    @inlinable package static var type: WBXMLTag { WBXMLTag(0x150A) }  // 14.0 and before
    @inlinable package static var source: WBXMLTag { WBXMLTag(0x150B) }
    @inlinable package static var folderId: WBXMLTag { WBXMLTag(0x150C) }
    @inlinable package static var itemId: WBXMLTag { WBXMLTag(0x150D) }
    @inlinable package static var longId: WBXMLTag { WBXMLTag(0x150E) }
    @inlinable package static var instanceId: WBXMLTag { WBXMLTag(0x150F) }
    @inlinable package static var mime: WBXMLTag { WBXMLTag(0x1510) }
    @inlinable package static var clientId: WBXMLTag { WBXMLTag(0x1511) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x1512) }
    @inlinable package static var accountId: WBXMLTag { WBXMLTag(0x1513) }
    @inlinable package static var forwardees: WBXMLTag { WBXMLTag(0x1515) }
    @inlinable package static var forwardee: WBXMLTag { WBXMLTag(0x1516) }
    @inlinable package static var forwardeeName: WBXMLTag { WBXMLTag(0x1517) }
    @inlinable package static var forwardeeEmail: WBXMLTag { WBXMLTag(0x1518) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(21, "ComposeMail", [
        "SendMail", "SmartForward", "SmartReply", "SaveInSentItems", "ReplaceMime", "Type", "Source", "FolderId", "ItemId", "LongId", "InstanceId",
        "Mime", "ClientId", "Status", "AccountId", "", "Forwardees", "Forwardee", "ForwardeeName", "ForwardeeEmail",
    ])
}
