package import EASCodec
package import MailStore

/// Who asks to be let in for the first time.
package struct AccessQuestion: Sendable, Equatable {
    package let type: String
    /// The peer's address.
    package let address: String
    /// The log-in name.
    package let user: String
}

/// What the administrator has decided about devices.
package struct EASSettings: Sendable {
    package var policy = DevicePolicy()
    /// Devices that apply a policy in part are let in; else they are told Status 139. (MS-ASPROV §3.2.5.2)
    package var acceptsPartialPolicy = false
    /// Devices that say somebody else manages them are let in; else Status 145.
    package var acceptsExternalManagement = false
    /// What becomes of a device that asks for the first time.
    package var access: @Sendable (AccessQuestion) -> DeviceRow.State = { _ in .allowed }
    /// Words of the administrator to the user of a device that was not let in; lines end with "\n".
    package var accessMessage = ""
    /// The highest version offered.
    package var ceiling = ProtocolVersion.all.upperBound
    /// By type of device, in lower case: the highest version that it is offered.
    package var typeCeilings: [String: ProtocolVersion] = [:]
    /// Where conversations of devices go that the administrator wants to see.
    package var recorder: (any ConversationRecorder)?
    package init() {}
}
