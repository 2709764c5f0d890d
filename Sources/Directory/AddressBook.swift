// Whom a user may look up: the people and lists of their own domain. Reads one snapshot; knows no protocol.
package import MailStore
package import Model

/// The global address list as one user sees it. Users of other domains of this server are strangers and do not show. (decision 0140, threat T36)
package struct AddressBook: Sendable {
    package enum Limits {
        /// Characters of a text that is looked for.
        package static let query = 256
    }
    package struct Entry: Sendable, Equatable {
        package enum Kind: Sendable, Equatable { case user(AccountID), list(members: Int) }
        package let kind: Kind
        /// Never empty: the alias where the user has given none.
        package let displayName: String
        /// What stands before the @ of `address`.
        package let alias: String
        package let address: String
        /// Other addresses that lead to the same user alone.
        package var others: [String] = []
    }
    /// By display name, as the list is ordered. (MS-ASCMD §2.2.1.16)
    package let entries: [Entry]

    package init(for user: AccountID, in transaction: ReadTransaction) throws {
        let own = try transaction.account(user).flatMap { MailAddress($0.name) }
        self.init(try own.map { try transaction.listedAddresses(of: $0.domain) } ?? [])
    }
    init(_ rows: [ListedAddress]) {
        var users: [String: Entry] = [:], lists: [Entry] = [], others: [String: [String]] = [:]
        for row in rows where row.account != nil && row.address == row.name {
            guard let account = row.account, let address = MailAddress(row.address) else { continue }
            let name = row.displayName.isEmpty ? address.localPart : row.displayName
            users[row.name] = Entry(kind: .user(account), displayName: name, alias: address.localPart, address: row.address)
        }
        for (address, targets) in Dictionary(grouping: rows, by: \.address) where users[address] == nil {
            if targets.count == 1, let only = targets.first, only.account != nil {
                others[only.name, default: []].append(address)
            } else if let parsed = MailAddress(address) {
                lists.append(Entry(kind: .list(members: targets.count), displayName: parsed.localPart, alias: parsed.localPart, address: address))
            }
        }
        for (name, more) in others { users[name]?.others = more.sorted() }
        entries = (Array(users.values) + lists)
            .map { (key: $0.displayName.lowercased(), entry: $0) }
            .sorted { ($0.key, $0.entry.address) < ($1.key, $1.entry.address) }.map(\.entry)
    }

    /// Entries of which a name, alias or address begins with the text, letter case ignored; several words each begin one. An empty text finds
    /// nothing: nobody is handed the whole list. (MS-ASCMD §2.2.1.16)
    package func find(_ text: String) -> [Entry] {
        let wanted = text.prefix(Limits.query).lowercased()
        let words = Self.words(wanted)
        guard !words.isEmpty else { return [] }
        let whole = String(wanted.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        return entries.filter { Self.matches($0, whole, words) }
    }
    /// The entry of exactly this address, if there is one.
    package func entry(of address: MailAddress) -> Entry? {
        let key = address.key
        return entries.first { $0.address == key || $0.others.contains(key) }
    }

    private static func matches(_ entry: Entry, _ whole: String, _ words: [String]) -> Bool {
        if entry.address.hasPrefix(whole) || entry.others.contains(where: { $0.hasPrefix(whole) }) { return true }
        let name = entry.displayName.lowercased()
        if name.hasPrefix(whole) { return true }
        let own = Self.words(name) + Self.words(entry.alias)
        return words.allSatisfy { word in own.contains { $0.hasPrefix(word) } }
    }
    private static func words(_ text: String) -> [String] { text.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() } }
}
