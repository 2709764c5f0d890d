import Bytes
import Crypto
import MIMECodec
import MailStore
import Model

/// Names of attachments: ids and a seal, never a path. A name that this server did not give is no name. (threat T25)
struct FileReferences: Sendable {
    enum Limits {
        /// Numbers of a part's path.
        static let depth = 128
        /// Characters of a reference.
        static let length = 1024
        /// Bytes of the seal.
        static let seal = 12
    }
    struct Place: Equatable { let item: ItemID; let path: [Int] }
    /// Of the account, so that a reference is worth nothing to another user.
    private let key: [UInt8]

    /// `epoch` is the store's: random, and told to nobody.
    init(epoch: Int64, account: AccountID) { key = HMAC.sha256(key: Array("epoch \(epoch)".utf8), Array("file references of \(account)".utf8)) }

    func name(_ item: ItemID, _ path: [Int]) -> String {
        let body = "\(item)-\(path.map(String.init).joined(separator: "."))"
        return "\(body)-\(seal(body))"
    }
    func place(_ name: String) -> Place? {
        guard name.utf8.count <= Limits.length else { return nil }
        let words = name.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count == 3, ConstantTime.equal(Array(words[2].utf8), Array(seal("\(words[0])-\(words[1])").utf8)), let item = Int64(words[0]) else {
            return nil
        }
        let numbers = words[1].isEmpty ? [] : words[1].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count <= Limits.depth, !numbers.contains(nil) else { return nil }
        return Place(item: ItemID(item), path: numbers.compactMap { $0 })
    }
    enum Refusal: Error { case unknown, itemGone, tooLarge }
    /// The file behind a name that this server gave to the account, whole. Throws `Refusal`.
    static func open(_ name: String, of account: AccountID, _ store: ReadTransaction) throws -> (attachment: Attachment, octets: [UInt8]) {
        guard let place = try FileReferences(epoch: store.epoch(), account: account).place(name) else { throw Refusal.unknown }
        guard let item = try store.item(place.item, of: account)?.item else { throw Refusal.itemGone }
        let message = try StoredMessage(item, store)
        guard let attachment = message.attachments.first(where: { $0.path == place.path }) else { throw Refusal.unknown }
        guard attachment.size <= FetchedItems.Limits.answer else { throw Refusal.tooLarge }
        guard let octets = try message.octets(of: place.path) else { throw Refusal.unknown }
        return (attachment, octets)
    }
    private func seal(_ body: String) -> String { Hex.encode(HMAC.sha256(key: key, Array(body.utf8)).prefix(Limits.seal)) }
}
