// A store in a temporary directory with a domain and users.
import Crypto
import Delivery
import Directory
import MailStore
import Model
import TestSupport

final class DeliveryHouse: Sendable {
    private let place: TemporaryStore
    let directory: Directory
    var store: MailStore { place.store }

    init() async throws {
        place = try TemporaryStore()
        var settings = Directory.Settings()
        settings.passwordCost = PasswordHash.Cost(logN: 4)
        directory = Directory(store: place.store, settings: settings)
        try await directory.administration.addDomain("demo.test")
        for name in ["ann", "bob", "eve"] { try await directory.administration.addUser("\(name)@demo.test", password: "open sesame") }
    }
    var acceptance: Acceptance { Acceptance(store: store, directory: directory, hostname: "mx.demo.test", now: { Timestamp(seconds: 1_000_000_000) }) }
    var submission: Submission { Submission(store: store, directory: directory, hostname: "mx.demo.test", now: { Timestamp(seconds: 1_000_000_000) }) }

    func user(_ name: String) async throws -> LogIn {
        let name = "\(name)@demo.test"
        return LogIn(account: try await store.read { try $0.account(named: name)?.id ?? AccountID(0) }, name: name)
    }
    func items(_ name: String, _ role: FolderRole = .inbox) async throws -> [(row: ItemRow, text: String)] {
        try await store.read { transaction in
            guard let account = try transaction.account(named: "\(name)@demo.test"), let folder = try transaction.folder(of: account.id, role: role) else {
                return []
            }
            return try transaction.items(in: folder.id, UIDSet([1...UInt32.max]), limit: 1_000).map {
                ($0, String(decoding: try transaction.content($0.state.content), as: UTF8.self))
            }
        }
    }
    /// What is in the queue, each message with its recipients.
    func queue() async throws -> [(message: QueuedMessage, recipients: [QueuedRecipient], text: String)] {
        try await store.read { transaction in
            try transaction.queued(after: QueueID(0), limit: 1_000).map {
                ($0, try transaction.recipients(of: $0.id), String(decoding: try transaction.content($0.content), as: UTF8.self))
            }
        }
    }
    func texts(_ name: String, _ role: FolderRole = .inbox) async throws -> [String] { try await items(name, role).map(\.text) }
}
