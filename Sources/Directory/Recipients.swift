// From an address to the accounts behind it: aliases, lists, sub-addresses, catch-all. Reads one snapshot; decides nothing about the mail.
package import MailStore
package import Model

package enum Recipients {
    package enum Limits {
        /// Aliases of aliases of aliases …
        package static let depth = 10
        /// Addresses looked up and targets found for one recipient.
        package static let expansion = 1_000
    }

    package static func resolve(_ address: MailAddress, in transaction: ReadTransaction) throws -> Resolution {
        guard try transaction.isLocal(domain: address.domain) else { return .elsewhere }
        var search = Search(transaction: transaction)
        try search.expand(address, depth: 0)
        if search.accounts.isEmpty, search.forwards.isEmpty { return .unknownUser }
        return .deliver(accounts: search.accounts, forwards: search.forwards)
    }

    /// Follows each address once, so a loop of aliases ends by itself. (threat T20)
    private struct Search {
        let transaction: ReadTransaction
        var accounts: [AccountID] = []
        var forwards: [MailAddress] = []
        private var seenAccounts: Set<AccountID> = []
        private var seenAddresses: Set<String> = []

        init(transaction: ReadTransaction) { self.transaction = transaction }

        mutating func expand(_ address: MailAddress, depth: Int) throws {
            guard seenAddresses.insert(address.key).inserted else { return }
            guard depth <= Limits.depth, seenAddresses.count <= Limits.expansion else { throw Self.tooWide(address) }
            guard try transaction.isLocal(domain: address.domain) else {
                forwards.append(address)
                return
            }
            let rows = try targets(of: address)
            guard rows.count <= Limits.expansion else { throw Self.tooWide(address) }
            for row in rows {
                switch row.target {
                case .account(let account):
                    // A departing account takes no new mail; a disabled one does: its user may come back.
                    guard try transaction.account(account)?.state != .departing else { continue }
                    if seenAccounts.insert(account).inserted { accounts.append(account) }
                case .forward(let text):
                    if let next = MailAddress(text) { try expand(next, depth: depth + 1) }
                }
            }
        }
        /// Nobody on a list is left out in silence: the sender is told to try later, and the log tells the admin which list it is.
        private static func tooWide(_ address: MailAddress) -> StoreError {
            .failed(code: 0, message: "\(address) leads to more than \(Limits.expansion) addresses or deeper than \(Limits.depth) lists")
        }
        /// The address itself, else without its tag (RFC 5233 §1: "user+detail"), else whatever the domain catches.
        private func targets(of address: MailAddress) throws -> [AddressRow] {
            let exact = try transaction.targets(of: address.key)
            if !exact.isEmpty { return exact }
            if let plus = address.localPart.firstIndex(of: "+"), plus != address.localPart.startIndex {
                let plain = MailAddress(localPart: String(address.localPart[..<plus]), domain: address.domain)
                let rows = try transaction.targets(of: plain.key)
                if !rows.isEmpty { return rows }
            }
            return try transaction.targets(of: "@\(address.domain)")
        }
    }
}
