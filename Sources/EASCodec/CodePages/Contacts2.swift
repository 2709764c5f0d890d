/// Code page 12: the elements of the namespace Contacts2, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.13)
@usableFromInline package enum Contacts2 {
    @inlinable package static var customerId: WBXMLTag { WBXMLTag(0x0C05) }
    @inlinable package static var governmentId: WBXMLTag { WBXMLTag(0x0C06) }
    @inlinable package static var imAddress: WBXMLTag { WBXMLTag(0x0C07) }
    @inlinable package static var imAddress2: WBXMLTag { WBXMLTag(0x0C08) }
    @inlinable package static var imAddress3: WBXMLTag { WBXMLTag(0x0C09) }
    @inlinable package static var managerName: WBXMLTag { WBXMLTag(0x0C0A) }
    @inlinable package static var companyMainPhone: WBXMLTag { WBXMLTag(0x0C0B) }
    @inlinable package static var accountName: WBXMLTag { WBXMLTag(0x0C0C) }
    @inlinable package static var nickName: WBXMLTag { WBXMLTag(0x0C0D) }
    @inlinable package static var mms: WBXMLTag { WBXMLTag(0x0C0E) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(12, "Contacts2", [
        "CustomerId", "GovernmentId", "IMAddress", "IMAddress2", "IMAddress3", "ManagerName", "CompanyMainPhone", "AccountName", "NickName", "MMS",
    ])
}
