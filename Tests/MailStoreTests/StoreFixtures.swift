@testable import MailStore
import Model
import TestSupport

extension TemporaryStore {
    /// An account with an INBOX and one more mail folder.
    @discardableResult
    func account(_ name: String = "ann@example.org", quota: Int64? = nil) async throws -> (account: AccountID, inbox: FolderID, other: FolderID) {
        try await store.write { tx in
            let account = try tx.addAccount(name: name, displayName: "Ann", quota: quota)
            let inbox = try tx.addFolder(account: account, parent: nil, name: "INBOX", itemClass: .mail, role: .inbox, isSubscribed: true)
            let other = try tx.addFolder(account: account, parent: nil, name: "Other", itemClass: .mail, role: nil, isSubscribed: true)
            return (account, inbox.id, other.id)
        }
    }
    @discardableResult
    func append(_ text: String, to folder: FolderID, flags: Flags = [], date: Int64 = 1_700_000_000, keys: [Int64] = []) async throws -> ItemState {
        let item = newItem(text, flags: flags, date: date, keys: keys)
        return try await store.write { try $0.append(item, to: folder) }
    }
}

func newItem(_ text: String, flags: Flags = [], date: Int64 = 1_700_000_000, keys: [Int64] = []) -> NewItem {
    var item = NewItem(content: .bytes(Array(text.utf8)), summary: Array("summary of \(text.prefix(20))".utf8), date: Timestamp(seconds: date))
    item.flags = flags
    item.threadKeys = keys
    return item
}

func newDevice(of account: AccountID, _ identifier: String = "PHONE1") -> DeviceRow {
    DeviceRow(
        id: DeviceID(0), account: account, identifier: identifier, type: "Phone", state: .allowed, userAgent: "Phone/1", protocolVersion: "14.1",
        policyKey: 0, information: [:], remembered: [1, 2], firstSeen: Timestamp(seconds: 1), lastSeen: Timestamp(seconds: 2))
}

extension MailStore {
    /// The text of every statement that the writer and the reader in use have prepared.
    func preparedStatements() async throws -> [String] {
        let written = try await write { $0.connection.statementTexts }
        return Array(Set(try await read { $0.connection.statementTexts } + written)).sorted()
    }
}
