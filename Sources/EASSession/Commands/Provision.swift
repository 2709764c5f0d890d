import EASCodec
import MailStore
import Model

/// Provision: there is no policy, and the device goes on without one. A wipe is never asked for. (MS-ASPROV §2.2.2, §4.1)
enum ProvisionCommand {
    private enum Status { static let success = 1, protocolError = 2 }
    private enum PolicyStatus { static let noPolicy = 2, unknownType = 3 }
    private static let policyType = "MS-EAS-Provisioning-WBXML"

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try ProvisionRequest(document: request.body)
        // A server that needs no information provisions anyway, and takes it when it comes. (MS-ASPROV §3.1.5.1.1)
        if let information = asked.deviceInformation { try await DeviceInformationStore.keep(information, request.device, service.store) }
        var writer = TokenWriter(capacity: 128)
        writer.open(Provision.provision)
        if asked.deviceInformation != nil {
            writer.open(Settings.deviceInformation)
            writer.element(Settings.status, Status.success)
            writer.close()
        }
        let asksForNothing = asked.policies.isEmpty && asked.remoteWipe == nil && asked.accountOnlyRemoteWipe == nil
        writer.element(Provision.status, asksForNothing ? Status.protocolError : Status.success)
        if !asked.policies.isEmpty {
            writer.open(Provision.policies)
            for policy in asked.policies {
                let isKnown = policy.type == nil || policy.type == policyType
                writer.open(Provision.policy)
                writer.element(Provision.policyType, policy.type ?? policyType)
                writer.element(Provision.status, isKnown ? PolicyStatus.noPolicy : PolicyStatus.unknownType)
                writer.close()
            }
            writer.close()
        }
        writer.close()
        return .answer(.document(writer))
    }
}
