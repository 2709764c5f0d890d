/// Code page 1: the elements of the namespace Contacts, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.2)
@usableFromInline package enum Contacts {
    @inlinable package static var anniversary: WBXMLTag { WBXMLTag(0x0105) }
    @inlinable package static var assistantName: WBXMLTag { WBXMLTag(0x0106) }
    @inlinable package static var assistantPhoneNumber: WBXMLTag { WBXMLTag(0x0107) }
    @inlinable package static var birthday: WBXMLTag { WBXMLTag(0x0108) }
    @inlinable package static var body: WBXMLTag { WBXMLTag(0x0109) }  // 2.5 and before
    @inlinable package static var bodySize: WBXMLTag { WBXMLTag(0x010A) }  // 2.5 and before
    @inlinable package static var bodyTruncated: WBXMLTag { WBXMLTag(0x010B) }  // 2.5 and before
    @inlinable package static var business2PhoneNumber: WBXMLTag { WBXMLTag(0x010C) }
    @inlinable package static var businessAddressCity: WBXMLTag { WBXMLTag(0x010D) }
    @inlinable package static var businessAddressCountry: WBXMLTag { WBXMLTag(0x010E) }
    @inlinable package static var businessAddressPostalCode: WBXMLTag { WBXMLTag(0x010F) }
    @inlinable package static var businessAddressState: WBXMLTag { WBXMLTag(0x0110) }
    @inlinable package static var businessAddressStreet: WBXMLTag { WBXMLTag(0x0111) }
    @inlinable package static var businessFaxNumber: WBXMLTag { WBXMLTag(0x0112) }
    @inlinable package static var businessPhoneNumber: WBXMLTag { WBXMLTag(0x0113) }
    @inlinable package static var carPhoneNumber: WBXMLTag { WBXMLTag(0x0114) }
    @inlinable package static var categories: WBXMLTag { WBXMLTag(0x0115) }
    @inlinable package static var category: WBXMLTag { WBXMLTag(0x0116) }
    @inlinable package static var children: WBXMLTag { WBXMLTag(0x0117) }
    @inlinable package static var child: WBXMLTag { WBXMLTag(0x0118) }
    @inlinable package static var companyName: WBXMLTag { WBXMLTag(0x0119) }
    @inlinable package static var department: WBXMLTag { WBXMLTag(0x011A) }
    @inlinable package static var email1Address: WBXMLTag { WBXMLTag(0x011B) }
    @inlinable package static var email2Address: WBXMLTag { WBXMLTag(0x011C) }
    @inlinable package static var email3Address: WBXMLTag { WBXMLTag(0x011D) }
    @inlinable package static var fileAs: WBXMLTag { WBXMLTag(0x011E) }
    @inlinable package static var firstName: WBXMLTag { WBXMLTag(0x011F) }
    @inlinable package static var home2PhoneNumber: WBXMLTag { WBXMLTag(0x0120) }
    @inlinable package static var homeAddressCity: WBXMLTag { WBXMLTag(0x0121) }
    @inlinable package static var homeAddressCountry: WBXMLTag { WBXMLTag(0x0122) }
    @inlinable package static var homeAddressPostalCode: WBXMLTag { WBXMLTag(0x0123) }
    @inlinable package static var homeAddressState: WBXMLTag { WBXMLTag(0x0124) }
    @inlinable package static var homeAddressStreet: WBXMLTag { WBXMLTag(0x0125) }
    @inlinable package static var homeFaxNumber: WBXMLTag { WBXMLTag(0x0126) }
    @inlinable package static var homePhoneNumber: WBXMLTag { WBXMLTag(0x0127) }
    @inlinable package static var jobTitle: WBXMLTag { WBXMLTag(0x0128) }
    @inlinable package static var lastName: WBXMLTag { WBXMLTag(0x0129) }
    @inlinable package static var middleName: WBXMLTag { WBXMLTag(0x012A) }
    @inlinable package static var mobilePhoneNumber: WBXMLTag { WBXMLTag(0x012B) }
    @inlinable package static var officeLocation: WBXMLTag { WBXMLTag(0x012C) }
    @inlinable package static var otherAddressCity: WBXMLTag { WBXMLTag(0x012D) }
    @inlinable package static var otherAddressCountry: WBXMLTag { WBXMLTag(0x012E) }
    @inlinable package static var otherAddressPostalCode: WBXMLTag { WBXMLTag(0x012F) }
    @inlinable package static var otherAddressState: WBXMLTag { WBXMLTag(0x0130) }
    @inlinable package static var otherAddressStreet: WBXMLTag { WBXMLTag(0x0131) }
    @inlinable package static var pagerNumber: WBXMLTag { WBXMLTag(0x0132) }
    @inlinable package static var radioPhoneNumber: WBXMLTag { WBXMLTag(0x0133) }
    @inlinable package static var spouse: WBXMLTag { WBXMLTag(0x0134) }
    @inlinable package static var suffix: WBXMLTag { WBXMLTag(0x0135) }
    @inlinable package static var title: WBXMLTag { WBXMLTag(0x0136) }
    @inlinable package static var webPage: WBXMLTag { WBXMLTag(0x0137) }
    @inlinable package static var yomiCompanyName: WBXMLTag { WBXMLTag(0x0138) }
    @inlinable package static var yomiFirstName: WBXMLTag { WBXMLTag(0x0139) }
    @inlinable package static var yomiLastName: WBXMLTag { WBXMLTag(0x013A) }
    @inlinable package static var compressedRTF: WBXMLTag { WBXMLTag(0x013B) }  // 2.5 and before
    @inlinable package static var picture: WBXMLTag { WBXMLTag(0x013C) }
    @inlinable package static var alias: WBXMLTag { WBXMLTag(0x013D) }
    @inlinable package static var weightedRank: WBXMLTag { WBXMLTag(0x013E) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(1, "Contacts", [
        "Anniversary", "AssistantName", "AssistantPhoneNumber", "Birthday", "Body", "BodySize", "BodyTruncated", "Business2PhoneNumber",
        "BusinessAddressCity", "BusinessAddressCountry", "BusinessAddressPostalCode", "BusinessAddressState", "BusinessAddressStreet",
        "BusinessFaxNumber", "BusinessPhoneNumber", "CarPhoneNumber", "Categories", "Category", "Children", "Child", "CompanyName", "Department",
        "Email1Address", "Email2Address", "Email3Address", "FileAs", "FirstName", "Home2PhoneNumber", "HomeAddressCity", "HomeAddressCountry",
        "HomeAddressPostalCode", "HomeAddressState", "HomeAddressStreet", "HomeFaxNumber", "HomePhoneNumber", "JobTitle", "LastName", "MiddleName",
        "MobilePhoneNumber", "OfficeLocation", "OtherAddressCity", "OtherAddressCountry", "OtherAddressPostalCode", "OtherAddressState",
        "OtherAddressStreet", "PagerNumber", "RadioPhoneNumber", "Spouse", "Suffix", "Title", "WebPage", "YomiCompanyName", "YomiFirstName",
        "YomiLastName", "CompressedRTF", "Picture", "Alias", "WeightedRank",
    ])
}
