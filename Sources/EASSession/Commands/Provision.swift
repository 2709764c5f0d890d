import Directory
import EASCodec
import Logging
import MailStore
import Model

/// Provision: the device asks for the policy and gets a temporary key, acknowledges it and gets the final one. Without a policy it is told so, and
/// goes on without a key. (MS-ASPROV §3.2.5.1)
enum ProvisionCommand {
    private enum Status { static let success = 1, protocolError = 2 }
    /// (MS-ASPROV §2.2.2.54.1)
    private enum PolicyStatus { static let success = 1, noPolicy = 2, unknownType = 3, wrongKey = 5 }
    /// What the device says of its own doing. (MS-ASPROV §2.2.2.54.1)
    private enum Acknowledged { static let applied = 1, partly = 2, not = 3, managedByOthers = 4 }
    private enum Outcome {
        case noPolicy, unknownType, wrongKey
        /// The policy, with its temporary key.
        case offered(UInt32)
        /// The final key.
        case granted(UInt32)
    }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try ProvisionRequest(document: request.body)
        if let wipe = request.device.control.wipe, wipe.isPending { return .answer(try await answer(asked, wipe, service, request)) }
        if let information = asked.deviceInformation { try await DeviceInformationStore.keep(information, request.device, service.store) }
        guard !asked.policies.isEmpty, asked.policies.allSatisfy({ $0.type != nil }) else { return .answer(protocolError(request)) }
        var outcomes: [Outcome] = []
        for policy in asked.policies { outcomes.append(try await outcome(of: policy, asked.deviceInformation, service, request)) }
        var writer = TokenWriter(capacity: 512)
        writer.open(Provision.provision)
        if asked.deviceInformation != nil {
            writer.open(Settings.deviceInformation)
            writer.element(Settings.status, Status.success)
            writer.close()
        }
        writer.element(Provision.status, Status.success)
        writer.open(Provision.policies)
        for (policy, outcome) in zip(asked.policies, outcomes) { write(policy.type ?? "", outcome, service.settings.policy, request.version, &writer) }
        writer.close()
        writer.close()
        return .answer(.document(writer))
    }
    /// Whatever it asks, the device is told to wipe itself, until it says that it does. The answer to that is the order once more, with a Status
    /// that says whether it was believed. (MS-ASPROV §3.2.5.1.2.2, §3.2.5.1.2.3)
    private static func answer(
        _ asked: ProvisionRequest, _ wipe: DeviceRow.Wipe, _ service: EASService, _ request: EASRequest
    ) async throws -> EASAnswer {
        let said = wipe.kind == .full ? asked.remoteWipe : asked.accountOnlyRemoteWipe
        var status = Status.success
        if let said {
            let isDone = said == Status.success
            guard try await DeviceWipe.acknowledge(request.device, wipe, isDone: isDone, service.store) else { return protocolError(request) }
            service.log.notice(
                "device.wipe", metadata: ["account": "\(request.logIn.account)", "device": "\(request.device.identifier)", "done": "\(isDone)"])
            status = isDone ? Status.success : Status.protocolError
        } else {
            try await DeviceWipe.tell(request.device, wipe, service.store)
        }
        var writer = TokenWriter(capacity: 32)
        writer.open(Provision.provision)
        writer.element(Provision.status, status)
        writer.empty(wipe.kind == .full ? Provision.remoteWipe : Provision.accountOnlyRemoteWipe)
        writer.close()
        return .document(writer)
    }
    private static func protocolError(_ request: EASRequest) -> EASAnswer { .status(Status.protocolError, Provision.provision, Provision.status) }

    /// (MS-ASPROV §3.2.5.1.1, §3.2.5.1.2.1)
    private static func write(_ type: String, _ outcome: Outcome, _ policy: DevicePolicy, _ version: ProtocolVersion, _ writer: inout TokenWriter) {
        writer.open(Provision.policy)
        writer.element(Provision.policyType, type)
        switch outcome {
        case .noPolicy: writer.element(Provision.status, PolicyStatus.noPolicy)
        case .unknownType: writer.element(Provision.status, PolicyStatus.unknownType)
        case .wrongKey: writer.element(Provision.status, PolicyStatus.wrongKey)
        case .granted(let key):
            writer.element(Provision.status, PolicyStatus.success)
            writer.element(Provision.policyKey, Int(key))
        case .offered(let key):
            writer.element(Provision.status, PolicyStatus.success)
            writer.element(Provision.policyKey, Int(key))
            policy.write(version, &writer)
        }
        writer.close()
    }

    private static func outcome(
        of policy: ProvisionRequest.Policy, _ information: DeviceInformation?, _ service: EASService, _ request: EASRequest
    ) async throws -> Outcome {
        let ours = service.settings.policy, device = request.device
        guard policy.type == DevicePolicy.type(in: request.version) else { return .unknownType }
        guard !ours.isEmpty, !device.control.isExempt else { return .noPolicy }
        guard let status = policy.status else {
            // The first question must say what asks. (MS-ASPROV §3.2.5.2, Status 165)
            if request.version.has(.informationInProvision), information?.model == nil, device.information["Model"] == nil {
                throw CommonStatus.informationRequired
            }
            return .offered(try await offer(device, ours, service))
        }
        guard let key = policy.key.flatMap({ UInt32(EASRequest.trimmed($0)) }) else { return .wrongKey }
        if let refusal = try refusal(status, service.settings) {
            try await service.store.write { store in
                if let row = try store.device(of: device.account, identifier: device.identifier), PolicyGate.equal(key, row.control.pendingKey) {
                    try store.record("policy.refused", "the device says \(status)", of: row)
                }
            }
            throw refusal
        }
        return try await grant(key, device, service)
    }
    private static func refusal(_ status: Int, _ settings: EASSettings) throws -> CommonStatus? {
        switch status {
        case Acknowledged.applied: return nil
        case Acknowledged.partly: return settings.acceptsPartialPolicy ? nil : .notFullyProvisionable
        case Acknowledged.not: return .notFullyProvisionable
        case Acknowledged.managedByOthers: return settings.acceptsExternalManagement ? nil : .externallyManaged
        default: throw RequestError.invalid(Provision.status)
        }
    }
    /// A temporary key, the same again until it is acknowledged: answers get lost.
    private static func offer(_ device: DeviceRow, _ policy: DevicePolicy, _ service: EASService) async throws -> UInt32 {
        // Quirk: Android asks under the name `validate` while an account is set up; nothing of it is kept.
        guard device.id.rawValue != 0 else { return PolicyGate.newKey() }
        return try await service.store.write { store in
            guard var row = try store.device(of: device.account, identifier: device.identifier) else { throw StoreError.notFound }
            if row.control.pendingKey != 0, row.control.pendingRevision == policy.revision { return row.control.pendingKey }
            row.control.pendingKey = PolicyGate.newKey(not: row.policyKey, row.control.pendingKey)
            row.control.pendingRevision = policy.revision
            return try store.put(row).control.pendingKey
        }
    }
    /// The final key. Whoever acknowledges once more gets it once more. (MS-ASPROV §3.2.5.1.2.1)
    private static func grant(_ key: UInt32, _ device: DeviceRow, _ service: EASService) async throws -> Outcome {
        guard device.id.rawValue != 0 else { return .granted(PolicyGate.newKey(not: key)) }
        return try await service.store.write { store in
            guard var row = try store.device(of: device.account, identifier: device.identifier) else { throw StoreError.notFound }
            guard PolicyGate.equal(key, row.control.pendingKey) else { return .wrongKey }
            if row.control.pendingRevision == 0 { return .granted(row.policyKey) }
            row.policyKey = PolicyGate.newKey(not: row.policyKey, row.control.pendingKey)
            row.control.policyRevision = row.control.pendingRevision
            row.control.pendingRevision = 0
            return .granted(try store.put(row).policyKey)
        }
    }
}
