/// Code page 3: the elements of the namespace AirNotify, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.4)
@usableFromInline package enum AirNotify {
    @inlinable package static var notify: WBXMLTag { WBXMLTag(0x0305) }  // 2.5 and before
    @inlinable package static var notification: WBXMLTag { WBXMLTag(0x0306) }  // 2.5 and before
    @inlinable package static var version: WBXMLTag { WBXMLTag(0x0307) }  // 2.5 and before
    @inlinable package static var lifeTime: WBXMLTag { WBXMLTag(0x0308) }  // 2.5 and before
    @inlinable package static var deviceInfo: WBXMLTag { WBXMLTag(0x0309) }  // 2.5 and before
    @inlinable package static var enable: WBXMLTag { WBXMLTag(0x030A) }  // 2.5 and before
    @inlinable package static var folder: WBXMLTag { WBXMLTag(0x030B) }  // 2.5 and before
    @inlinable package static var serverId: WBXMLTag { WBXMLTag(0x030C) }  // 2.5 and before
    @inlinable package static var deviceAddress: WBXMLTag { WBXMLTag(0x030D) }  // 2.5 and before
    @inlinable package static var validCarrierProfiles: WBXMLTag { WBXMLTag(0x030E) }  // 2.5 and before
    @inlinable package static var carrierProfile: WBXMLTag { WBXMLTag(0x030F) }  // 2.5 and before
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x0310) }  // 2.5 and before
    @inlinable package static var responses: WBXMLTag { WBXMLTag(0x0311) }  // 2.5 and before
    @inlinable package static var devices: WBXMLTag { WBXMLTag(0x0312) }  // 2.5 and before
    @inlinable package static var device: WBXMLTag { WBXMLTag(0x0313) }  // 2.5 and before
    @inlinable package static var id: WBXMLTag { WBXMLTag(0x0314) }  // 2.5 and before
    @inlinable package static var expiry: WBXMLTag { WBXMLTag(0x0315) }  // 2.5 and before
    @inlinable package static var notifyGUID: WBXMLTag { WBXMLTag(0x0316) }  // 2.5 and before
    @inlinable package static var deviceFriendlyName: WBXMLTag { WBXMLTag(0x0317) }  // 2.5 and before

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(3, "AirNotify", [
        "Notify", "Notification", "Version", "LifeTime", "DeviceInfo", "Enable", "Folder", "ServerId", "DeviceAddress", "ValidCarrierProfiles",
        "CarrierProfile", "Status", "Responses", "Devices", "Device", "Id", "Expiry", "NotifyGUID", "DeviceFriendlyName",
    ])
}
