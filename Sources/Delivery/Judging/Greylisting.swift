import MailAuthentication
package import MailStore
import Model

/// Strangers come twice: who sends mail keeps trying, who sends junk seldom does. (RFC 6647)
package struct Greylisting: MessageFilter {
    package let name = "greylist"
    private let store: MailStore
    /// Milliseconds that a stranger must wait.
    private let delay: Int64
    package init(store: MailStore, delay: Int64) { self.store = store; self.delay = delay }

    package func judge(_ message: FilteredMessage) async -> FilterAnswer {
        guard let network = Self.network(message) else { return FilterAnswer(.accept) }
        let sender = message.envelope.sender?.key ?? ""
        let recipients = message.envelope.recipients.map(\.key)
        let delay = delay
        let passes: Bool
        do {
            passes = try await store.write { try $0.passesGreylist(network: network, sender: sender, recipients: recipients, delay: delay) }
        } catch {
            return FilterAnswer(.refuse(Refusal(isTemporary: true, status: "4.3.0", words: "Temporary trouble, please try again later")))
        }
        if passes { return FilterAnswer(.accept) }
        let words = "Greylisted: you are new here, please come again in \(max(1, (delay + 59_999) / 60_000)) minutes"
        return FilterAnswer(.refuse(Refusal(isTemporary: true, status: "4.7.1", words: words)))
    }
    /// A domain whose SPF vouches for the client stands for all its machines; else the block of addresses around it: retries of large
    /// senders come from several. (RFC 6647 §4.3)
    private static func network(_ message: FilteredMessage) -> String? {
        if let spf = message.results.spf.first(where: { $0.identity == .mailFrom && $0.result == .pass }) { return spf.domain }
        guard let client = IPAddress(message.origin.address) else { return nil }
        let bits = client.isV6 ? 64 : 24
        return "\(client.network(bits: bits))/\(bits)"
    }
}
