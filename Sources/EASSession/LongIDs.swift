import Bytes
import Crypto
import MailStore
import Model

/// Names of search results: an item's id and a seal. A name that this server did not give to this account is no name.
/// (MS-ASCMD §2.2.3.98.3, threat T25)
struct LongIDs: Sendable {
    enum Limits {
        /// Characters. (MS-ASCMD §2.2.3.98)
        static let length = 256
        /// Bytes of the seal.
        static let seal = 12
    }
    private let account: AccountID
    private let key: [UInt8]

    init(account: AccountID, _ store: ReadTransaction) throws { self.init(epoch: try store.epoch(), account: account) }
    init(epoch: Int64, account: AccountID) {
        self.account = account
        key = HMAC.sha256(key: Array("epoch \(epoch)".utf8), Array("long ids of \(account)".utf8))
    }

    func name(_ item: ItemID) -> String { "\(item)-\(seal(item))" }
    func item(_ name: String) -> ItemID? {
        guard name.utf8.count <= Limits.length else { return nil }
        let words = name.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count == 2, let number = Int64(words[0]) else { return nil }
        return ConstantTime.equal(Array(words[1].utf8), Array(seal(ItemID(number)).utf8)) ? ItemID(number) : nil
    }
    /// The item of that name, wherever in the account it lies now, with its folder. For SmartReply, SmartForward and ItemOperations.
    func open(_ name: String, _ store: ReadTransaction) throws -> (item: ItemRow, folder: FolderRow)? {
        try item(name).flatMap { try store.item($0, of: account) }
    }
    private func seal(_ item: ItemID) -> String { Hex.encode(HMAC.sha256(key: key, Array("item \(item)".utf8)).prefix(Limits.seal)) }
}
