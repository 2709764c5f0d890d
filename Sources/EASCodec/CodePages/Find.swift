/// Code page 25: the elements of the namespace Find, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.26)
@usableFromInline package enum Find {
    @inlinable package static var find: WBXMLTag { WBXMLTag(0x1905) }
    @inlinable package static var searchId: WBXMLTag { WBXMLTag(0x1906) }
    @inlinable package static var executeSearch: WBXMLTag { WBXMLTag(0x1907) }
    @inlinable package static var mailBoxSearchCriterion: WBXMLTag { WBXMLTag(0x1908) }
    @inlinable package static var query: WBXMLTag { WBXMLTag(0x1909) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x190A) }
    @inlinable package static var freeText: WBXMLTag { WBXMLTag(0x190B) }
    @inlinable package static var options: WBXMLTag { WBXMLTag(0x190C) }
    @inlinable package static var range: WBXMLTag { WBXMLTag(0x190D) }
    @inlinable package static var deepTraversal: WBXMLTag { WBXMLTag(0x190E) }
    @inlinable package static var response: WBXMLTag { WBXMLTag(0x1911) }
    @inlinable package static var result: WBXMLTag { WBXMLTag(0x1912) }
    @inlinable package static var properties: WBXMLTag { WBXMLTag(0x1913) }
    @inlinable package static var preview: WBXMLTag { WBXMLTag(0x1914) }
    @inlinable package static var hasAttachments: WBXMLTag { WBXMLTag(0x1915) }
    @inlinable package static var total: WBXMLTag { WBXMLTag(0x1916) }
    @inlinable package static var displayCc: WBXMLTag { WBXMLTag(0x1917) }
    @inlinable package static var displayBcc: WBXMLTag { WBXMLTag(0x1918) }
    @inlinable package static var galSearchCriterion: WBXMLTag { WBXMLTag(0x1919) }
    @inlinable package static var maxPictures: WBXMLTag { WBXMLTag(0x1920) }
    @inlinable package static var maxSize: WBXMLTag { WBXMLTag(0x1921) }
    @inlinable package static var picture: WBXMLTag { WBXMLTag(0x1922) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(25, "Find", [
        "Find", "SearchId", "ExecuteSearch", "MailBoxSearchCriterion", "Query", "Status", "FreeText", "Options", "Range", "DeepTraversal", "", "",
        "Response", "Result", "Properties", "Preview", "HasAttachments", "Total", "DisplayCc", "DisplayBcc", "GalSearchCriterion", "", "", "", "",
        "", "", "MaxPictures", "MaxSize", "Picture",
    ])
}
