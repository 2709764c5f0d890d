// The directory of the demo: settings, certificate, passwords, and what is put into a new store. For trying out, not for real mail.
internal import Crypto
internal import Delivery
internal import Directory
internal import Glibc
internal import MailStore
internal import Model

package struct DemoDirectory: Sendable {
    package static let domain = "demo.test"
    package let settings: Settings
    package let settingsFile: String
    private let path: String
    private let portBase: Int
    private let passwords: [String: String]
    private let users: Int
    /// The password that the extra users share.
    private let shared: String
    private var isNew: Bool

    /// Makes what is missing; what is there stays. Passwords that were given before stay too, unless `password` says otherwise.
    package static func prepare(_ dir: String, portBase: Int, password: String?, users: Int, logLevel: String) throws(ControlFailure) -> DemoDirectory {
        let path = try Folder.make(dir)
        if case .answered = ControlClient.ask(ControlRequest("status"), socket: path + "/store/control.sock") {
            throw ControlFailure(
                code: ExitStatus.tryLater, "a demo runs in \(path) already: stop it first (kill $(cat \(path)/martlet.pid)), or name another --dir")
        }
        let known = Credentials.read(path + "/credentials")
        let isNew = !Folder.exists(path + "/store/martlet.db")
        var passwords: [String: String] = [:]
        for name in ["alice", "bob"] { passwords["\(name)@\(domain)"] = password ?? known["\(name)@\(domain)"] ?? Random.password() }
        let shared = password ?? known["u*@\(domain)"] ?? Random.password()
        var stored = passwords
        if users > 0 || known["u*@\(domain)"] != nil { stored["u*@\(domain)"] = shared }
        try Folder.write(path + "/credentials", Credentials.text(stored), mode: 0o600)

        var settings = Settings()
        settings.hostname = "localhost"
        settings.storePath = path + "/store"
        settings.certificate = path + "/certificate.pem"
        settings.key = path + "/key.pem"
        settings.passwordCost = 10
        settings.logLevel = logLevel
        settings.plaintextFrom = ["127.0.0.0/8", "::1"].compactMap(Network.init)
        settings.judging.mode = "off"  // mail for trying out comes from nowhere
        settings.limits.connections = 100_000
        settings.limits.connectionsPerAddress = 100_000
        settings.limits.imapConnectionsPerUser = 100_000
        func at(_ port: Int) -> [String] { ["127.0.0.1:\(portBase + port)"] }
        (settings.listen.smtp, settings.listen.submission, settings.listen.submissions) = (at(25), at(587), at(465))
        (settings.listen.imap, settings.listen.imaps, settings.listen.https, settings.listen.http) = (at(143), at(993), at(443), at(90))
        let file = path + "/martlet.toml"
        try Folder.write(file, "# Written by `martlet demo` at each start.\n" + SettingsFile.text(settings, comments: false), mode: 0o644)
        try DemoCertificate.make(settings)
        return DemoDirectory(
            settings: settings, settingsFile: file, path: path, portBase: portBase, passwords: passwords, users: users, shared: shared, isNew: isNew)
    }

    /// Domain, users and mail of a new store; on later starts passwords alone, where they were given anew.
    func furnish(_ store: MailStore, _ directory: Directory) async throws(ControlFailure) {
        let desk = directory.administration
        try await ControlTable.asking { () async throws(AdministrationFailure) in
            if try await !desk.domains().contains(Self.domain) { try await desk.addDomain(Self.domain) }
            let there = Set(try await desk.users().map(\.name))
            for (name, password) in passwords.sorted(by: { $0.key < $1.key }) {
                if there.contains(name) {
                    try await desk.setPassword(name, password)
                } else {
                    try await desk.addUser(
                        name, displayName: "\(name.prefix(1).uppercased())\(name.prefix { $0 != "@" }.dropFirst()) Example", password: password)
                }
            }
            if users > 0 { try await desk.addUsers((1...users).map { "u\($0)@\(Self.domain)" }, password: shared) }
        }
        guard isNew else { return }
        for name in ["alice", "bob"] { try await deliverSamples(to: name, store, directory) }
    }
    private func deliverSamples(to name: String, _ store: MailStore, _ directory: Directory) async throws(ControlFailure) {
        do {
            guard let account = try await store.read({ try $0.account(named: "\(name)@\(Self.domain)") }) else { return }
            var items: [NewItem] = []
            for message in SampleMail.messages(for: name, domain: Self.domain, now: Timestamp(seconds: Int64(time(nil)))) {
                items.append(try await Ingest.item(from: message.bytes, date: message.date, flags: message.isSeen ? .seen : []))
            }
            let ready = items
            try await store.write { transaction in
                guard let inbox = try transaction.folder(of: account.id, role: .inbox), inbox.total == 0 else { return }
                for item in ready { _ = try transaction.append(item, to: inbox.id) }
            }
        } catch {
            throw ControlFailure(code: ExitStatus.software, "the sample mail could not be stored: \(error)")
        }
    }

    /// The table: on standard output, as soon as everything listens.
    func welcome() throws(ControlFailure) {
        try Folder.write(path + "/martlet.pid", "\(getpid())\n", mode: 0o644)
        let bytes = Array(DemoTable.text(portBase: portBase, path: path, passwords: passwords, users: users, shared: shared).utf8)
        _ = unsafe Glibc.write(STDOUT_FILENO, bytes, bytes.count)
    }
    func leave() { unsafe unlink(path + "/martlet.pid") }
}

/// `DIR/credentials`: a line each, address and password.
enum Credentials {
    static func text(_ passwords: [String: String]) -> String { passwords.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined() }
    static func read(_ path: String) -> [String: String] {
        guard case .text(let text) = SettingsPath.read(path) else { return [:] }
        var passwords: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            passwords[String(line[..<space])] = String(line[line.index(after: space)...])
        }
        return passwords
    }
}
