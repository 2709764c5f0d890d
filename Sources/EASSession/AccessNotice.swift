import Bytes
import Delivery
import MailStore
import Model

/// The message that tells a user why a new device gets nothing: it lies in the INBOX, where other programs show it. (decision 0130)
enum AccessNotice {
    static func item(_ claim: DeviceGate.Claim, _ state: DeviceRow.State, to user: String, _ service: EASService, _ now: Timestamp) async throws -> NewItem {
        let word = state == .blocked ? "is not let in" : "waits to be let in"
        var text = "From: Mail server <postmaster@\(service.hostname)>\r\nTo: <\(user)>\r\nSubject: A new device \(word)\r\n"
        text += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        text += "A device has asked for your mail for the first time, and \(word).\r\n\r\n"
        text += "Device: \(claim.identifier)\r\nType: \(claim.type)\r\nProgram: \(visible(claim.userAgent))\r\nFrom: \(claim.address)\r\n\r\n"
        let own = service.settings.accessMessage
        if own.isEmpty {
            text += "If it is yours, ask your administrator to let it in. If it is not, change your password.\r\n"
        } else {
            text += own.split(separator: "\n", omittingEmptySubsequences: false).map { visible(String($0)) + "\r\n" }.joined()
        }
        return try await Ingest.item(from: Array(text.utf8), date: now, flags: [])
    }
    /// A client's text, without what could end a line. (threat T41)
    private static func visible(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) })
    }
}
