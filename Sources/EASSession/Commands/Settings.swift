import Directory
import EASCodec
import MailStore
import Model

/// Settings: what the device tells of itself is kept, what it asks of the account is answered. What is answered while the user
/// is away is the store's to keep and Delivery's to send. (MS-ASCMD §2.2.1.18)
enum SettingsCommand {
    /// (MS-ASCMD §2.2.3.177.15)
    enum Status { static let success = 1, protocolError = 2, invalidArguments = 5, conflictingArguments = 6, deniedByPolicy = 7, noRightsManagement = 168 }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try SettingsRequest(document: request.body)
        guard !asked.properties.isEmpty else { return .answer(.status(Status.protocolError, Settings.settings, Settings.status)) }
        var writer = TokenWriter()
        writer.open(Settings.settings)
        writer.element(Settings.status, Status.success)
        var answered: [WBXMLTag] = []
        for property in asked.properties {
            let tag = tag(of: property)
            // One of each: the answer has no place for a second.
            guard !answered.contains(tag) else { continue }
            answered.append(tag)
            writer.open(tag)
            try await answer(property, service, request, &writer)
            writer.close()
        }
        writer.close()
        return .answer(.document(writer))
    }
    private static func tag(of property: SettingsRequest.Property) -> WBXMLTag {
        switch property {
        case .getOof, .setOof: Settings.oof
        case .setDevicePassword: Settings.devicePassword
        case .setDeviceInformation: Settings.deviceInformation
        case .getUserInformation: Settings.userInformation
        case .getRightsManagementInformation: Settings.rightsManagementInformation
        case .invalid(let tag): tag
        }
    }

    private static func answer(
        _ property: SettingsRequest.Property, _ service: EASService, _ request: EASRequest, _ writer: inout TokenWriter
    ) async throws {
        switch property {
        case .getOof(let form):
            let account = request.logIn.account
            let absence = try await service.store.read { try $0.absence(of: account) }
            writer.element(Settings.status, Status.success)
            OofSettings.write(absence ?? AbsenceRow(), form: form, &writer)
        case .setOof(let oof): writer.element(Settings.status, try await set(oof, service, request))
        case .setDevicePassword: writer.element(Settings.status, Status.deniedByPolicy)
        case .setDeviceInformation(let information):
            try await DeviceInformationStore.keep(information, request.device, service.store)
            writer.element(Settings.status, Status.success)
        case .getUserInformation: try await writeUser(service, request, &writer)
        case .getRightsManagementInformation: writer.element(Settings.status, Status.noRightsManagement)
        case .invalid: writer.element(Settings.status, Status.protocolError)
        }
    }
    private static func set(_ oof: Oof, _ service: EASService, _ request: EASRequest) async throws -> Int {
        let account = request.logIn.account
        do {
            try await service.store.write(trace: request.trace) { store in
                let known = try store.absence(of: account), asked = try OofSettings.absence(oof, before: known)
                // Said again, it changes nothing: nobody is answered twice for it.
                if asked != known { try store.setAbsence(asked, of: account) }
            }
            return Status.success
        } catch let refusal as OofSettings.Refusal {
            return refusal.status
        }
    }
    /// One account, its name and every address that reaches it, from 14.1 on inside of Accounts. (MS-ASCMD §2.2.3.192)
    private static func writeUser(_ service: EASService, _ request: EASRequest, _ writer: inout TokenWriter) async throws {
        let account = request.logIn.account
        let (row, addresses) = try await service.store.read { (try $0.account(account), try $0.addresses(of: account).map(\.address)) }
        let primary = row?.name ?? request.logIn.name
        writer.element(Settings.status, Status.success)
        writer.open(Settings.get)
        let hasAccounts = request.version.has(.accounts)
        if hasAccounts {
            writer.open(Settings.accounts)
            writer.open(Settings.account)
            if let name = row?.displayName, !name.isEmpty { writer.element(Settings.userDisplayName, name) }
        }
        writer.open(Settings.emailAddresses)
        // A catch-all is no address that one could write to.
        for address in addresses where address != primary && !address.hasPrefix("@") && !address.hasPrefix("*") {
            writer.element(Settings.smtpAddress, address)
        }
        writer.element(hasAccounts ? Settings.primarySmtpAddress : Settings.smtpAddress, primary)
        for _ in 0..<(hasAccounts ? 4 : 2) { writer.close() }
    }
}
