import EASCodec
import MailStore
import Model

/// What a device says of itself, kept in its row for the administrator; a write only where something changed. (MS-ASCMD §2.2.3.45)
enum DeviceInformationStore {
    static func keep(_ information: DeviceInformation, _ device: DeviceRow, _ store: MailStore) async throws {
        let fields: [(String, String?)] = [
            ("Model", information.model), ("IMEI", information.imei), ("FriendlyName", information.friendlyName), ("OS", information.os),
            ("OSLanguage", information.osLanguage), ("PhoneNumber", information.phoneNumber), ("UserAgent", information.userAgent),
            ("MobileOperator", information.mobileOperator), ("EnableOutboundSMS", information.enablesOutboundSMS.map { $0 ? "1" : "0" }),
        ]
        // Absent fields keep what was said before.
        let said = fields.reduce(into: device.information) { known, field in if let value = field.1 { known[field.0] = value } }
        guard said != device.information, device.id.rawValue != 0 else { return }
        try await store.write { store in
            guard var row = try store.device(of: device.account, identifier: device.identifier) else { return }
            row.information = said
            _ = try store.put(row)
        }
    }
}
