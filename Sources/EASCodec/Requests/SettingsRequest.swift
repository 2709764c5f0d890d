/// Settings: properties to get and set. Each is answered by itself. (MS-ASCMD §2.2.1.18)
package struct SettingsRequest: Request, Hashable {
    package static var root: WBXMLTag { Settings.settings }
    package enum Property: Sendable, Hashable {
        case getOof(bodyType: String?)
        case setOof(Oof)
        case setDevicePassword(String)
        case setDeviceInformation(DeviceInformation)
        case getUserInformation
        case getRightsManagementInformation
        /// A property that is neither to be got nor set, or holds what it may not: answered with Status 2.
        case invalid(WBXMLTag)
    }
    /// In the order they came; MS-ASCMD allows one of each, so a second one of a kind is `invalid`.
    package var properties: [Property] = []

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            guard properties.count < RequestLimits.policies else { throw .tooMany(tag) }
            switch tag {
            case Settings.oof, Settings.devicePassword, Settings.deviceInformation, Settings.userInformation, Settings.rightsManagementInformation:
                properties.append(try Self.property(tag, &reader))
            default: try reader.skip()
            }
        }
    }
    private static func property(_ property: WBXMLTag, _ reader: inout TokenReader) throws(RequestError) -> Property {
        var found: Property?
        while let verb = try reader.child() {
            switch (property, verb) {
            case (Settings.oof, Settings.get): found = .getOof(bodyType: try firstText(Settings.bodyType, &reader))
            case (Settings.oof, Settings.set): found = .setOof(try Oof(&reader))
            case (Settings.devicePassword, Settings.set): found = .setDevicePassword(try firstText(Settings.password, &reader) ?? "")
            case (Settings.deviceInformation, Settings.set): found = .setDeviceInformation(try DeviceInformation(&reader))
            case (Settings.userInformation, Settings.get):
                found = .getUserInformation
                try reader.skip()
            case (Settings.rightsManagementInformation, Settings.get):
                found = .getRightsManagementInformation
                try reader.skip()
            default: try reader.skip()
            }
        }
        return found ?? .invalid(property)
    }
    private static func firstText(_ wanted: WBXMLTag, _ reader: inout TokenReader) throws(RequestError) -> String? {
        var text: String?
        while let tag = try reader.child() {
            if tag == wanted { text = try reader.text() } else { try reader.skip() }
        }
        return text
    }
}

/// Out of office. (MS-ASCMD §2.2.3.122)
package struct Oof: Sendable, Hashable {
    package enum Audience: Sendable, Hashable { case `internal`, externalKnown, externalUnknown }
    package struct Message: Sendable, Hashable {
        package var audience = Audience.internal
        package var isEnabled = false
        package var reply = ""
        /// "Text" or "HTML"
        package var bodyType = ""
    }
    /// 0 off, 1 on, 2 between the times.
    package var state: Int?
    /// As they came.
    package var startTime: String?
    package var endTime: String?
    package var messages: [Message] = []

    init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Settings.oofState: state = try reader.integer(of: tag)
            case Settings.startTime: startTime = try reader.text()
            case Settings.endTime: endTime = try reader.text()
            case Settings.oofMessage:
                guard messages.count < RequestLimits.policies else { throw .tooMany(tag) }
                messages.append(try Message(&reader))
            default: try reader.skip()
            }
        }
    }
}

extension Oof.Message {
    init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Settings.appliesToInternal: audience = .internal; try reader.skip()
            case Settings.appliesToExternalKnown: audience = .externalKnown; try reader.skip()
            case Settings.appliesToExternalUnknown: audience = .externalUnknown; try reader.skip()
            case Settings.enabled: isEnabled = try reader.boolean(of: tag)
            case Settings.replyMessage: reply = try reader.text()
            case Settings.bodyType: bodyType = try reader.text()
            default: try reader.skip()
            }
        }
    }
}

/// What a device says of itself; in Settings, and from 14.1 on in Provision. (MS-ASCMD §2.2.3.45)
package struct DeviceInformation: Sendable, Hashable {
    package enum Limits {
        /// Characters of one field; the rest is dropped.
        package static let field = 1024
    }
    package var model: String?
    package var imei: String?
    package var friendlyName: String?
    package var os: String?
    package var osLanguage: String?
    package var phoneNumber: String?
    package var userAgent: String?
    package var mobileOperator: String?
    package var enablesOutboundSMS: Bool?
    package init() {}

    /// Reads Settings:Set.
    init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Settings.model: model = try Self.field(&reader)
            case Settings.imei: imei = try Self.field(&reader)
            case Settings.friendlyName: friendlyName = try Self.field(&reader)
            case Settings.os: os = try Self.field(&reader)
            case Settings.osLanguage: osLanguage = try Self.field(&reader)
            case Settings.phoneNumber: phoneNumber = try Self.field(&reader)
            case Settings.userAgent: userAgent = try Self.field(&reader)
            case Settings.mobileOperator: mobileOperator = try Self.field(&reader)
            case Settings.enableOutboundSMS: enablesOutboundSMS = try reader.boolean()
            default: try reader.skip()
            }
        }
    }
    private static func field(_ reader: inout TokenReader) throws(RequestError) -> String { String(try reader.text().prefix(Limits.field)) }
}
