// A store in a temporary directory with a domain and users, and SMTP sessions on it.
import Bytes
import Crypto
import Delivery
import Directory
import Logging
import MailStore
import Model
import SessionKit
import Telemetry
import TestSupport

@testable import SMTPSession

final class SMTPHouse: Sendable {
    static let password = "open sesame"
    private let place: TemporaryStore
    let directory: Directory
    let metrics = Metrics()
    var store: MailStore { place.store }

    init() async throws {
        place = try TemporaryStore()
        var settings = Directory.Settings()
        settings.passwordCost = PasswordHash.Cost(logN: 4)
        directory = Directory(store: place.store, settings: settings)
        try await directory.administration.addDomain("demo.test")
        for name in ["ann", "bob"] { try await directory.administration.addUser("\(name)@demo.test", password: Self.password) }
    }

    func services(allowances: Allowances = Allowances(), _ change: (inout SMTPSettings) -> Void = { _ in }) -> SMTPServices {
        var settings = SMTPSettings(hostname: "mx.demo.test")
        settings.offersTLS = true
        change(&settings)
        var log = Logger(label: "smtp")
        log.logLevel = .critical
        return SMTPServices(
            settings: settings, directory: directory, acceptance: Acceptance(store: store, directory: directory, hostname: "mx.demo.test"), allowances: allowances, metrics: metrics, log: log)
    }
    /// A client that has read the greeting.
    func call(_ service: String = "smtp", secure: Bool = false, _ change: (inout SMTPSettings) -> Void = { _ in }) async -> Conversation {
        let services = services(change)
        let conversation = await Conversation(service: service, secure: secure) { services.makeSession($0) }
        _ = conversation.heard()
        return conversation
    }
    /// Contents of a user's INBOX, oldest first.
    func inbox(_ name: String) async throws -> [String] {
        try await store.read { transaction in
            guard let account = try transaction.account(named: "\(name)@demo.test"), let folder = try transaction.folder(of: account.id, role: .inbox) else { return [] }
            let states = try transaction.states(in: folder.id, UIDSet([1...UInt32.max]), limit: 10_000)
            return try states.map { String(decoding: try transaction.content($0.content), as: UTF8.self) }
        }
    }
}

extension String {
    /// The reply codes in a server's answer, one for each reply. (RFC 5321 §4.2.1)
    var replyCodes: [Int] {
        split(separator: "\r\n").compactMap { line in
            let word = line.prefix(3)
            return line.dropFirst(3).first == "-" ? nil : Int(word)
        }
    }
    /// A message without the trace fields that we put before it.
    var withoutTrace: String {
        guard let end = range(ofLine: "; ") else { return self }
        return String(self[end...])
    }
    /// After the first line that holds `text`.
    private func range(ofLine text: String) -> Index? {
        var rest = self[...]
        while let line = rest.firstIndex(of: "\r\n") {
            let isIt = rest[..<line].contains(text)
            rest = rest[rest.index(after: line)...]
            if isIt { return rest.startIndex }
        }
        return nil
    }
}
