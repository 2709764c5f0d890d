/// Code page 23: the elements of the namespace Notes, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.24)
@usableFromInline package enum Notes {
    @inlinable package static var subject: WBXMLTag { WBXMLTag(0x1705) }
    @inlinable package static var messageClass: WBXMLTag { WBXMLTag(0x1706) }
    @inlinable package static var lastModifiedDate: WBXMLTag { WBXMLTag(0x1707) }
    @inlinable package static var categories: WBXMLTag { WBXMLTag(0x1708) }
    @inlinable package static var category: WBXMLTag { WBXMLTag(0x1709) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(23, "Notes", [
        "Subject", "MessageClass", "LastModifiedDate", "Categories", "Category",
    ])
}
