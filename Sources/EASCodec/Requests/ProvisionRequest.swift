/// Provision: ask for the policy, then acknowledge it; or acknowledge a wipe. (MS-ASPROV §2.2.2)
package struct ProvisionRequest: Request, Hashable {
    package static var root: WBXMLTag { Provision.provision }
    package struct Policy: Sendable, Hashable {
        package var type: String?
        package var key: String?
        /// Present in an acknowledgement: 1 applied, 2 partly, 3 not, 4 externally managed. (MS-ASPROV §2.2.2.54.1)
        package var status: Int?
    }
    package var deviceInformation: DeviceInformation?
    package var policies: [Policy] = []
    /// Status of a remote wipe that is acknowledged.
    package var remoteWipe: Int?
    package var accountOnlyRemoteWipe: Int?

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Settings.deviceInformation:
                while let verb = try reader.child() {
                    if verb == Settings.set { deviceInformation = try DeviceInformation(&reader) } else { try reader.skip() }
                }
            case Provision.policies:
                while let tag = try reader.child() {
                    guard tag == Provision.policy else { try reader.skip(); continue }
                    guard policies.count < RequestLimits.policies else { throw .tooMany(tag) }
                    policies.append(try Policy(&reader))
                }
            case Provision.remoteWipe: remoteWipe = try Self.status(&reader)
            case Provision.accountOnlyRemoteWipe: accountOnlyRemoteWipe = try Self.status(&reader)
            // Quirk: iOS 5 puts a stray Status before RemoteWipe.
            default: try reader.skip()
            }
        }
    }
    private static func status(_ reader: inout TokenReader) throws(RequestError) -> Int? {
        var status: Int?
        while let tag = try reader.child() {
            if tag == Provision.status { status = try reader.integer() } else { try reader.skip() }
        }
        return status
    }
}

extension ProvisionRequest.Policy {
    init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Provision.policyType: type = try reader.text()
            case Provision.policyKey: key = try reader.text()
            case Provision.status: status = try reader.integer(of: tag)
            default: try reader.skip()
            }
        }
    }
}
