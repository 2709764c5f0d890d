/// Code page 16: the elements of the namespace GAL, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.17)
@usableFromInline package enum GAL {
    @inlinable package static var displayName: WBXMLTag { WBXMLTag(0x1005) }
    @inlinable package static var phone: WBXMLTag { WBXMLTag(0x1006) }
    @inlinable package static var office: WBXMLTag { WBXMLTag(0x1007) }
    @inlinable package static var title: WBXMLTag { WBXMLTag(0x1008) }
    @inlinable package static var company: WBXMLTag { WBXMLTag(0x1009) }
    @inlinable package static var alias: WBXMLTag { WBXMLTag(0x100A) }
    @inlinable package static var firstName: WBXMLTag { WBXMLTag(0x100B) }
    @inlinable package static var lastName: WBXMLTag { WBXMLTag(0x100C) }
    @inlinable package static var homePhone: WBXMLTag { WBXMLTag(0x100D) }
    @inlinable package static var mobilePhone: WBXMLTag { WBXMLTag(0x100E) }
    @inlinable package static var emailAddress: WBXMLTag { WBXMLTag(0x100F) }
    @inlinable package static var picture: WBXMLTag { WBXMLTag(0x1010) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x1011) }
    @inlinable package static var data: WBXMLTag { WBXMLTag(0x1012) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(16, "GAL", [
        "DisplayName", "Phone", "Office", "Title", "Company", "Alias", "FirstName", "LastName", "HomePhone", "MobilePhone", "EmailAddress",
        "Picture", "Status", "Data",
    ])
}
