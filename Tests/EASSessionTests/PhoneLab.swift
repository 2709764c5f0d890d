import Crypto
import Delivery
import Directory
import EASCodec
import EASSession
import HTTPSession
import Logging
import MailStore
import Model
import Telemetry
import TestSupport

/// A server of one store with two users; phones talk to it through HTTPSession, without a socket.
struct PhoneLab {
    let temporary: TemporaryStore
    var store: MailStore { temporary.store }
    let services: HTTPServices
    let ann: AccountID
    let bob: AccountID

    let directory: Directory

    /// `messageSize`: octets of the largest message that may be sent.
    init(messageSize: Int = 1_048_576, devices: EASSettings = EASSettings()) async throws {
        temporary = try TemporaryStore()
        var settings = Directory.Settings()
        settings.passwordCost = .cheap
        let quiet = Self.quiet
        directory = Directory(store: temporary.store, settings: settings, log: quiet)
        try await directory.administration.addDomain("example.org")
        ann = try await directory.administration.addUser("ann@example.org", displayName: "Ann", password: "secret")
        bob = try await directory.administration.addUser("bob@example.org", displayName: "Bob", password: "secret")
        services = Self.services(temporary.store, directory, messageSize, devices)
    }
    private init(_ other: PhoneLab, _ services: HTTPServices) {
        (temporary, directory, ann, bob) = (other.temporary, other.directory, other.ann, other.bob)
        self.services = services
    }
    /// The same store under other settings, as after a restart.
    func again(devices: EASSettings) -> PhoneLab { PhoneLab(self, Self.services(store, directory, 1_048_576, devices)) }
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static func services(_ store: MailStore, _ directory: Directory, _ messageSize: Int, _ devices: EASSettings) -> HTTPServices {
        let submission = Submission(store: store, directory: directory, hostname: "mail.example.org", sizeLimit: messageSize)
        var router = Router()
        let phones = EASHandler(store: store, directory: directory, submission: submission, hostname: "mail.example.org", settings: devices, log: quiet)
        let found = AutodiscoverSettings(origin: "https://mail.example.org", servers: [.init(type: "IMAP", host: "mail.example.org", port: 993)])
        router.add(ignoringCase: "/Microsoft-Server-ActiveSync", phones)
        router.add(ignoringCase: "/autodiscover/autodiscover.xml", AutodiscoverHandler(phones, found))
        router.add(ignoringCase: "/autodiscover/autodiscover.json", AutodiscoverJSONHandler(found))
        return HTTPServices(router: router, log: quiet, metrics: Metrics())
    }
    func inbox() async throws -> FolderRow { try await folder(.inbox, ann) }
    func folder(_ role: FolderRole, _ account: AccountID) async throws -> FolderRow {
        guard let row = try await store.read({ try $0.folder(of: account, role: role) }) else { throw StoreError.notFound }
        return row
    }
    @discardableResult
    func append(_ message: String, to folder: FolderID, date: Timestamp = WallClock.now()) async throws -> ItemState {
        let item = try await Ingest.item(from: Array(message.utf8), date: date, flags: [])
        return try await store.write { try $0.append(item, to: folder) }
    }
    func item(_ id: ItemID) async throws -> ItemRow? { try await store.read { try $0.item(id) } }
    static func mail(_ subject: String, _ text: String = "Hello.") -> String {
        "From: Otto <otto@example.net>\r\nTo: ann@example.org\r\nSubject: \(subject)\r\n\r\n\(text)\r\n"
    }
}
