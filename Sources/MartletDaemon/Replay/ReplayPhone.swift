// The device of a replay: it says what the recorded one said, with the keys and ids that the server of now has given it.
internal import Bytes
internal import Crypto
internal import Delivery
internal import Directory
internal import EASCodec
internal import EASSession
internal import HTTPSession
internal import Logging
internal import MailStore
internal import Model
internal import SessionKit
internal import Telemetry

/// One connection without a socket. Confined to its task.
final class ReplayPhone {
    private let store: MailStore
    private let services: HTTPServices
    private let account: AccountID
    private let password = Random.password()
    /// From the recording's to ours.
    private var keys: [String: String] = ["0": "0"]
    private var ids: [String: String] = ["0": "0"]

    init(_ store: MailStore) async throws {
        self.store = store
        let quiet = Logger(label: "replay") { _ in SwiftLogNoOpLogHandler() }
        var settings = Directory.Settings()
        settings.passwordCost = .cheap
        let directory = Directory(store: store, settings: settings, log: quiet)
        try await directory.administration.addDomain("replay.test")
        account = try await directory.administration.addUser("user@replay.test", password: password)
        var router = Router()
        router.add(
            ignoringCase: "/Microsoft-Server-ActiveSync",
            EASHandler(
                store: store, directory: directory, submission: Submission(store: store, directory: directory, hostname: "replay.test"),
                hostname: "replay.test", log: quiet))
        services = HTTPServices(router: router, log: quiet, metrics: Metrics())
    }
    /// The folders that the recorded user had of their own, by the names that the recording has for them.
    func furnish(_ exchanges: [DeviceReplay.Exchange]) async throws {
        let own = exchanges.lazy.filter { $0.command == "FolderSync" }.compactMap(\.answerBody).first.map(Self.added) ?? []
        let names = Set(own.filter { [1, 12].contains($0[FolderHierarchy.type]?.integer ?? 0) }.compactMap { $0[FolderHierarchy.displayName]?.text })
        let account = account
        try await store.write { store in
            for name in names.sorted().prefix(DeviceReplay.Limits.folders) where !name.isEmpty {
                _ = try store.addFolder(account: account, parent: nil, name: name, itemClass: .mail, role: nil, isSubscribed: true)
            }
        }
    }
    func play(_ exchange: DeviceReplay.Exchange, number: Int) async -> JSONValue {
        let body = exchange.requestBody.flatMap { try? DocumentRewriter.rewrite($0, text: translated) } ?? []
        let (status, document) = await ask(exchange, body)
        let then = Self.verdict(exchange.status, exchange.answerBody, isEmpty: exchange.answer_size == 0)
        let answer = try? WBXMLElement(document: document)
        let now = Self.verdict(status, answer, isEmpty: document.isEmpty)
        if let recorded = exchange.answerBody, let answer { learn(recorded, answer) }
        return .object([
            "number": .int(Int64(number)), "at": .string(exchange.at), "command": .string(exchange.command), "version": .string(exchange.version),
            "then": .string(then), "now": .string(now), "same": .bool(then == now),
        ])
    }

    // MARK: Keys and ids

    private static let keyTags: Set<WBXMLTag> = [AirSync.syncKey, FolderHierarchy.syncKey]
    private static let idTags: Set<WBXMLTag> = [
        AirSync.collectionId, FolderHierarchy.serverId, FolderHierarchy.parentId, Ping.id, GetItemEstimate.collectionId, Move.srcFldId, Move.dstFldId,
    ]
    private func translated(_ tag: WBXMLTag, _ text: [UInt8]) -> [UInt8] {
        let known = Self.keyTags.contains(tag) ? keys : Self.idTags.contains(tag) ? ids : [:]
        return known[String(decoding: text, as: UTF8.self)].map { Array($0.utf8) } ?? text
    }
    private static func added(_ root: WBXMLElement) -> [WBXMLElement] { root[FolderHierarchy.changes]?.all(FolderHierarchy.add) ?? [] }
    /// What both servers gave for the same thing.
    private func learn(_ then: WBXMLElement, _ now: WBXMLElement) {
        pair(then[FolderHierarchy.syncKey], now[FolderHierarchy.syncKey], &keys)
        pair(then[FolderHierarchy.serverId], now[FolderHierarchy.serverId], &ids)
        let ours = Self.added(now)
        for folder in Self.added(then) {
            let type = folder[FolderHierarchy.type]?.integer ?? 0
            let same = ours.first { each in
                guard each[FolderHierarchy.type]?.integer == type else { return false }
                return ![1, 12].contains(type) || each[FolderHierarchy.displayName]?.text == folder[FolderHierarchy.displayName]?.text
            }
            if let same { pair(folder[FolderHierarchy.serverId], same[FolderHierarchy.serverId], &ids) }
        }
        let collections = now[AirSync.collections]?.all(AirSync.collection) ?? []
        for collection in then[AirSync.collections]?.all(AirSync.collection) ?? [] {
            let id = collection[AirSync.collectionId]?.text ?? ""
            let same = collections.first { $0[AirSync.collectionId]?.text == ids[id] ?? id }
            if let same { pair(collection[AirSync.syncKey], same[AirSync.syncKey], &keys) }
        }
    }
    private func pair(_ then: WBXMLElement?, _ now: WBXMLElement?, _ known: inout [String: String]) {
        if let then, let now, !then.text.isEmpty { known[then.text] = now.text }
    }
    /// The code of HTTP, the Status of the whole, and that of each folder.
    private static func verdict(_ http: Int, _ root: WBXMLElement?, isEmpty: Bool) -> String {
        guard let root else { return isEmpty ? "\(http) empty" : "\(http)" }
        var words = ["\(http)"]
        words += root.children.filter { $0.tag.name == "Status" }.map(\.text)
        words += (root[AirSync.collections]?.all(AirSync.collection) ?? []).map { "folder:" + ($0[AirSync.status]?.text ?? "?") }
        return words.joined(separator: " ")
    }

    // MARK: The connection

    private func ask(_ exchange: DeviceReplay.Exchange, _ body: [UInt8]) async -> (Int, [UInt8]) {
        let line = Line(id: ConnectionID(1), service: "https", peer: Peer(address: "127.0.0.1", port: 1), notifier: Notifier { _ in })
        let session = HTTPSession(line, services)
        var sent: [UInt8] = []
        let outbox = line.outbox
        outbox.flush = { sent += outbox.bytes.take() }
        var input = ByteBuffer()
        let credentials = Base64.encodeText(Array("user@replay.test:\(password)".utf8))
        let type = exchange.type.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "&") } ? exchange.type : "Replay"
        let head = [
            "POST /Microsoft-Server-ActiveSync?Cmd=\(exchange.command)&User=user&DeviceId=REPLAY&DeviceType=\(type) HTTP/1.1", "Host: replay.test",
            "Authorization: Basic \(credentials)", "MS-ASProtocolVersion: \(exchange.version)", "Content-Type: application/vnd.ms-sync.wbxml",
            "Content-Length: \(body.count)",
        ]
        input.append(head.joined(separator: "\r\n") + "\r\n\r\n")
        input.append(body)
        await follow(session.opened(), session)
        for _ in 0..<1_000 where !input.isEmpty {
            let before = input.count
            await follow(session.receive(&input), session)
            if input.count == before { break }
        }
        outbox.flush?()
        // It waits: nothing will come, so its time is over at once.
        if sent.isEmpty { await follow(session.expired(), session) }
        outbox.flush?()
        line.isClosed = true
        session.closed()
        return Self.split(sent)
    }
    private func follow(_ first: Step, _ session: HTTPSession) async {
        var step = first
        for _ in 0..<1_000 where step == .perform { step = await session.perform() }
    }
    private static func split(_ answer: [UInt8]) -> (Int, [UInt8]) {
        var end = 0
        while end + 4 <= answer.count, answer[end..<(end + 4)] != [13, 10, 13, 10] { end += 1 }
        let words = String(decoding: answer[..<min(end, answer.count)], as: UTF8.self).split(separator: " ", maxSplits: 2)
        return (words.count > 1 ? Int(words[1]) ?? 0 : 0, Array(answer[min(end + 4, answer.count)...]))
    }
}
