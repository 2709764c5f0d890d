// Whom a user may look up: the people and lists of their own domain. Knows no protocol.
internal import MailStore
package import Model
internal import Synchronization

/// The global address list as the users of one domain see it. Users of other domains of this server are strangers and do not show. (decision 0140, threat T36)
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
    /// An entry, and what it is found by: in small letters, made once.
    private struct Card {
        let entry: Entry
        let name: String
        let words: [String]
    }
    private let cards: [Card]
    private let places: [String: Int]
    /// By display name, as the list is ordered. (MS-ASCMD §2.2.1.16)
    package var entries: [Entry] { cards.map(\.entry) }

    init(of domain: String, in transaction: ReadTransaction) throws { self.init(try transaction.listedAddresses(of: domain)) }
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
        cards = (Array(users.values) + lists)
            .map { entry in
                let name = entry.displayName.lowercased()
                return Card(entry: entry, name: name, words: Self.words(name) + Self.words(entry.alias))
            }
            .sorted { ($0.name, $0.entry.address) < ($1.name, $1.entry.address) }
        var places: [String: Int] = [:]
        for (place, card) in cards.enumerated() { for address in [card.entry.address] + card.entry.others { places[address] = place } }
        self.places = places
    }

    /// Entries of which a name, alias or address begins with the text, letter case ignored; several words each begin one. An empty text finds
    /// nothing: nobody is handed the whole list. (MS-ASCMD §2.2.1.16)
    package func find(_ text: String) -> [Entry] {
        let wanted = text.prefix(Limits.query).lowercased()
        let words = Self.words(wanted)
        guard !words.isEmpty else { return [] }
        let whole = String(wanted.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        return cards.lazy.filter { Self.matches($0, whole, words) }.map(\.entry)
    }
    /// The entry of exactly this address, if there is one.
    package func entry(of address: MailAddress) -> Entry? { places[address.key].map { cards[$0].entry } }

    private static func matches(_ card: Card, _ whole: String, _ words: [String]) -> Bool {
        if card.entry.address.hasPrefix(whole) || card.name.hasPrefix(whole) || card.entry.others.contains(where: { $0.hasPrefix(whole) }) { return true }
        return words.allSatisfy { word in card.words.contains { $0.hasPrefix(word) } }
    }
    private static func words(_ text: String) -> [String] { text.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() } }
}

/// Address books of the domains that were lately asked for: made once, and anew when a name or an address has changed.
final class AddressBooks: Sendable {
    private enum Limits {
        /// Domains whose book is remembered.
        static let domains = 16
    }
    private struct Remembered { let version: Int; let book: AddressBook }
    private let store: MailStore
    private let books = Mutex<[String: Remembered]>([:])
    init(store: MailStore) { self.store = store }

    func book(of domain: String) async throws -> AddressBook {
        // Asked for before the snapshot is taken: what changes meanwhile makes the memory void.
        let version = store.directoryVersion
        if let known = books.withLock({ $0[domain] }), known.version == version { return known.book }
        let book = try await store.read { try AddressBook(of: domain, in: $0) }
        books.withLock { books in
            if books[domain] == nil, books.count >= Limits.domains { books.removeAll() }
            books[domain] = Remembered(version: version, book: book)
        }
        return book
    }
}

extension Directory {
    /// What a user may look up, by the domain of the log-in name.
    package func addressBook(for user: LogIn) async throws -> AddressBook {
        guard let own = MailAddress(user.name) else { return AddressBook([]) }
        return try await books.book(of: own.domain)
    }
    /// Beside the loop: a large book takes a while to be looked through. One list of entries for each text.
    @concurrent package func lookUp(_ texts: [String], for user: LogIn) async throws -> [[AddressBook.Entry]] {
        let book = try await addressBook(for: user)
        return texts.map { book.find($0) }
    }
}
