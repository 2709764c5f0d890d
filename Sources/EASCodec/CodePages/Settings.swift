/// Code page 18: the elements of the namespace Settings, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.19)
@usableFromInline package enum Settings {
    @inlinable package static var settings: WBXMLTag { WBXMLTag(0x1205) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x1206) }
    @inlinable package static var get: WBXMLTag { WBXMLTag(0x1207) }
    @inlinable package static var set: WBXMLTag { WBXMLTag(0x1208) }
    @inlinable package static var oof: WBXMLTag { WBXMLTag(0x1209) }
    @inlinable package static var oofState: WBXMLTag { WBXMLTag(0x120A) }
    @inlinable package static var startTime: WBXMLTag { WBXMLTag(0x120B) }
    @inlinable package static var endTime: WBXMLTag { WBXMLTag(0x120C) }
    @inlinable package static var oofMessage: WBXMLTag { WBXMLTag(0x120D) }
    @inlinable package static var appliesToInternal: WBXMLTag { WBXMLTag(0x120E) }
    @inlinable package static var appliesToExternalKnown: WBXMLTag { WBXMLTag(0x120F) }
    @inlinable package static var appliesToExternalUnknown: WBXMLTag { WBXMLTag(0x1210) }
    @inlinable package static var enabled: WBXMLTag { WBXMLTag(0x1211) }
    @inlinable package static var replyMessage: WBXMLTag { WBXMLTag(0x1212) }
    @inlinable package static var bodyType: WBXMLTag { WBXMLTag(0x1213) }
    @inlinable package static var devicePassword: WBXMLTag { WBXMLTag(0x1214) }
    @inlinable package static var password: WBXMLTag { WBXMLTag(0x1215) }
    @inlinable package static var deviceInformation: WBXMLTag { WBXMLTag(0x1216) }
    @inlinable package static var model: WBXMLTag { WBXMLTag(0x1217) }
    @inlinable package static var imei: WBXMLTag { WBXMLTag(0x1218) }
    @inlinable package static var friendlyName: WBXMLTag { WBXMLTag(0x1219) }
    @inlinable package static var os: WBXMLTag { WBXMLTag(0x121A) }
    @inlinable package static var osLanguage: WBXMLTag { WBXMLTag(0x121B) }
    @inlinable package static var phoneNumber: WBXMLTag { WBXMLTag(0x121C) }
    @inlinable package static var userInformation: WBXMLTag { WBXMLTag(0x121D) }
    @inlinable package static var emailAddresses: WBXMLTag { WBXMLTag(0x121E) }
    @inlinable package static var smtpAddress: WBXMLTag { WBXMLTag(0x121F) }
    @inlinable package static var userAgent: WBXMLTag { WBXMLTag(0x1220) }
    @inlinable package static var enableOutboundSMS: WBXMLTag { WBXMLTag(0x1221) }
    @inlinable package static var mobileOperator: WBXMLTag { WBXMLTag(0x1222) }
    @inlinable package static var primarySmtpAddress: WBXMLTag { WBXMLTag(0x1223) }
    @inlinable package static var accounts: WBXMLTag { WBXMLTag(0x1224) }
    @inlinable package static var account: WBXMLTag { WBXMLTag(0x1225) }
    @inlinable package static var accountId: WBXMLTag { WBXMLTag(0x1226) }
    @inlinable package static var accountName: WBXMLTag { WBXMLTag(0x1227) }
    @inlinable package static var userDisplayName: WBXMLTag { WBXMLTag(0x1228) }
    @inlinable package static var sendDisabled: WBXMLTag { WBXMLTag(0x1229) }
    @inlinable package static var rightsManagementInformation: WBXMLTag { WBXMLTag(0x122B) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(18, "Settings", [
        "Settings", "Status", "Get", "Set", "Oof", "OofState", "StartTime", "EndTime", "OofMessage", "AppliesToInternal", "AppliesToExternalKnown",
        "AppliesToExternalUnknown", "Enabled", "ReplyMessage", "BodyType", "DevicePassword", "Password", "DeviceInformation", "Model", "IMEI",
        "FriendlyName", "OS", "OSLanguage", "PhoneNumber", "UserInformation", "EmailAddresses", "SMTPAddress", "UserAgent", "EnableOutboundSMS",
        "MobileOperator", "PrimarySmtpAddress", "Accounts", "Account", "AccountId", "AccountName", "UserDisplayName", "SendDisabled", "",
        "RightsManagementInformation",
    ])
}
