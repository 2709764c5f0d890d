// A store with two users, and IMAP clients that talk to it without a socket.
import Crypto
import Delivery
import Directory
import IMAPSession
import Logging
import MailStore
import Model
import SessionKit
import Synchronization
import TestSupport

final class IMAPHouse {
    static let password = "secret"
    private let place: TemporaryStore
    let directory: Directory
    var settings = IMAPSettings()
    var allowances = Allowances()
    private var services: IMAPService?
    var store: MailStore { place.store }

    init() async throws {
        place = try TemporaryStore()
        var settings = Directory.Settings()
        settings.passwordCost = PasswordHash.Cost(logN: 4)
        directory = Directory(store: place.store, settings: settings, log: Self.quiet)
        try await directory.administration.addDomain("example.org")
        for name in ["ann", "bob"] { try await directory.administration.addUser("\(name)@example.org", password: Self.password) }
        self.settings.plaintextAllowed = { _ in true }
        self.settings.hostname = "mail.example.org"
        self.settings.version = "1"
        self.settings.failureDelay = .zero
        self.settings.offersTLS = true
        self.settings.now = { Timestamp(seconds: 1_000_000_000) }
    }
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// All clients share one service, as in the process.
    func client(secure: Bool = false) async -> IMAPClient {
        let service = services ?? IMAPService(store: store, directory: directory, settings: settings, allowances: allowances, log: Self.quiet)
        services = service
        return await IMAPClient(service, store, secure: secure)
    }
    func account(_ name: String = "ann") async throws -> AccountID {
        try await store.read { try $0.account(named: "\(name)@example.org")?.id } ?? AccountID(0)
    }
    /// A message that comes by another way than IMAP.
    func deliver(_ message: String, to name: String = "ann", date: Timestamp = Timestamp(seconds: 1_000_000_000)) async throws {
        let item = try await Ingest.item(from: Array(message.utf8), date: date)
        try await deliver([item], to: name)
    }
    func deliver(_ items: [NewItem], to name: String = "ann") async throws {
        let account = try await account(name)
        try await store.write { tx in
            guard let inbox = try tx.folder(of: account, role: .inbox) else { throw StoreError.notFound }
            for item in items { _ = try tx.append(item, to: inbox.id) }
        }
    }
}

/// A client; what the feed has for it is delivered when it is asked for.
final class IMAPClient {
    let conversation: Conversation
    private let store: MailStore
    private let notices: Notices
    private var said = ""

    private final class Notices: Sendable {
        let waiting = Mutex<[ChangeSet]>([])
    }
    init(_ service: IMAPService, _ store: MailStore, secure: Bool) async {
        let notices = Notices()
        self.notices = notices
        self.store = store
        conversation = await Conversation(
            service: "imap", secure: secure, notifier: Notifier { set in notices.waiting.withLock { $0.append(set) } }, service.session)
    }
    /// Sends a line and returns all that has been said since the last look.
    func say(_ line: String) async -> String {
        await hear()
        said += await conversation.say(line + "\r\n")
        defer { said = "" }
        return said
    }
    func send(_ octets: [UInt8]) async { said += await conversation.say(octets) }
    /// What has been said since the last look, news included.
    func heard() async -> String {
        await hear()
        defer { said = "" }
        return said
    }
    /// Lets all that was committed before be known.
    func hear() async {
        _ = try? await store.write { _ in }
        said += conversation.heard()
        let sets = notices.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for set in sets { said += await conversation.notice(set) }
    }
    func logIn(_ name: String = "ann") async -> String { await say("login LOGIN \(name)@example.org \(IMAPHouse.password)") }
    var isClosed: Bool { conversation.isClosed }
    func close() { conversation.close() }
}
