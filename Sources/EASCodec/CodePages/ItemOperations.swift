/// Code page 20: the elements of the namespace ItemOperations, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.21)
@usableFromInline package enum ItemOperations {
    @inlinable package static var itemOperations: WBXMLTag { WBXMLTag(0x1405) }
    @inlinable package static var fetch: WBXMLTag { WBXMLTag(0x1406) }
    @inlinable package static var store: WBXMLTag { WBXMLTag(0x1407) }
    @inlinable package static var options: WBXMLTag { WBXMLTag(0x1408) }
    @inlinable package static var range: WBXMLTag { WBXMLTag(0x1409) }
    @inlinable package static var total: WBXMLTag { WBXMLTag(0x140A) }
    @inlinable package static var properties: WBXMLTag { WBXMLTag(0x140B) }
    @inlinable package static var data: WBXMLTag { WBXMLTag(0x140C) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x140D) }
    @inlinable package static var response: WBXMLTag { WBXMLTag(0x140E) }
    @inlinable package static var version: WBXMLTag { WBXMLTag(0x140F) }
    @inlinable package static var schema: WBXMLTag { WBXMLTag(0x1410) }
    @inlinable package static var part: WBXMLTag { WBXMLTag(0x1411) }
    @inlinable package static var emptyFolderContents: WBXMLTag { WBXMLTag(0x1412) }
    @inlinable package static var deleteSubFolders: WBXMLTag { WBXMLTag(0x1413) }
    @inlinable package static var userName: WBXMLTag { WBXMLTag(0x1414) }
    @inlinable package static var password: WBXMLTag { WBXMLTag(0x1415) }
    @inlinable package static var move: WBXMLTag { WBXMLTag(0x1416) }
    @inlinable package static var dstFldId: WBXMLTag { WBXMLTag(0x1417) }
    @inlinable package static var conversationId: WBXMLTag { WBXMLTag(0x1418) }
    @inlinable package static var moveAlways: WBXMLTag { WBXMLTag(0x1419) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(20, "ItemOperations", [
        "ItemOperations", "Fetch", "Store", "Options", "Range", "Total", "Properties", "Data", "Status", "Response", "Version", "Schema", "Part",
        "EmptyFolderContents", "DeleteSubFolders", "UserName", "Password", "Move", "DstFldId", "ConversationId", "MoveAlways",
    ])
}
