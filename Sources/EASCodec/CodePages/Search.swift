/// Code page 15: the elements of the namespace Search, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.16)
@usableFromInline package enum Search {
    @inlinable package static var search: WBXMLTag { WBXMLTag(0x0F05) }
    @inlinable package static var stores: WBXMLTag { WBXMLTag(0x0F06) }  // 2.5 and before
    @inlinable package static var store: WBXMLTag { WBXMLTag(0x0F07) }
    @inlinable package static var name: WBXMLTag { WBXMLTag(0x0F08) }
    @inlinable package static var query: WBXMLTag { WBXMLTag(0x0F09) }
    @inlinable package static var options: WBXMLTag { WBXMLTag(0x0F0A) }
    @inlinable package static var range: WBXMLTag { WBXMLTag(0x0F0B) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x0F0C) }
    @inlinable package static var response: WBXMLTag { WBXMLTag(0x0F0D) }
    @inlinable package static var result: WBXMLTag { WBXMLTag(0x0F0E) }
    @inlinable package static var properties: WBXMLTag { WBXMLTag(0x0F0F) }
    @inlinable package static var total: WBXMLTag { WBXMLTag(0x0F10) }
    @inlinable package static var equalTo: WBXMLTag { WBXMLTag(0x0F11) }
    @inlinable package static var value: WBXMLTag { WBXMLTag(0x0F12) }
    @inlinable package static var and: WBXMLTag { WBXMLTag(0x0F13) }
    @inlinable package static var or: WBXMLTag { WBXMLTag(0x0F14) }
    @inlinable package static var freeText: WBXMLTag { WBXMLTag(0x0F15) }
    @inlinable package static var deepTraversal: WBXMLTag { WBXMLTag(0x0F17) }
    @inlinable package static var longId: WBXMLTag { WBXMLTag(0x0F18) }
    @inlinable package static var rebuildResults: WBXMLTag { WBXMLTag(0x0F19) }
    @inlinable package static var lessThan: WBXMLTag { WBXMLTag(0x0F1A) }
    @inlinable package static var greaterThan: WBXMLTag { WBXMLTag(0x0F1B) }
    @inlinable package static var schema: WBXMLTag { WBXMLTag(0x0F1C) }  // 12.0 and before
    @inlinable package static var supported: WBXMLTag { WBXMLTag(0x0F1D) }  // 12.0 and before
    @inlinable package static var userName: WBXMLTag { WBXMLTag(0x0F1E) }
    @inlinable package static var password: WBXMLTag { WBXMLTag(0x0F1F) }
    @inlinable package static var conversationId: WBXMLTag { WBXMLTag(0x0F20) }
    @inlinable package static var picture: WBXMLTag { WBXMLTag(0x0F21) }
    @inlinable package static var maxSize: WBXMLTag { WBXMLTag(0x0F22) }
    @inlinable package static var maxPictures: WBXMLTag { WBXMLTag(0x0F23) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(15, "Search", [
        "Search", "Stores", "Store", "Name", "Query", "Options", "Range", "Status", "Response", "Result", "Properties", "Total", "EqualTo", "Value",
        "And", "Or", "FreeText", "", "DeepTraversal", "LongId", "RebuildResults", "LessThan", "GreaterThan", "Schema", "Supported", "UserName",
        "Password", "ConversationId", "Picture", "MaxSize", "MaxPictures",
    ])
}
