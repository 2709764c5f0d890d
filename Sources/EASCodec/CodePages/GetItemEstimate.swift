/// Code page 6: the elements of the namespace GetItemEstimate, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.7)
@usableFromInline package enum GetItemEstimate {
    @inlinable package static var getItemEstimate: WBXMLTag { WBXMLTag(0x0605) }
    @inlinable package static var version: WBXMLTag { WBXMLTag(0x0606) }  // 12.1 and before
    @inlinable package static var collections: WBXMLTag { WBXMLTag(0x0607) }
    @inlinable package static var collection: WBXMLTag { WBXMLTag(0x0608) }
    @inlinable package static var `class`: WBXMLTag { WBXMLTag(0x0609) }
    @inlinable package static var collectionId: WBXMLTag { WBXMLTag(0x060A) }
    @inlinable package static var dateTime: WBXMLTag { WBXMLTag(0x060B) }  // 12.1 and before
    @inlinable package static var estimate: WBXMLTag { WBXMLTag(0x060C) }
    @inlinable package static var response: WBXMLTag { WBXMLTag(0x060D) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x060E) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(6, "GetItemEstimate", [
        "GetItemEstimate", "Version", "Collections", "Collection", "Class", "CollectionId", "DateTime", "Estimate", "Response", "Status",
    ])
}
