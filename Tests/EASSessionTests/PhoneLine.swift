import Bytes
import EASCodec
import HTTPSession
import MailStore
import Model
import SessionKit
import Synchronization

/// One phone on one connection. Confined to its test.
final class PhoneLine {
    struct Answer {
        let status: Int
        let head: String
        let body: [UInt8]
        func root() throws -> WBXMLElement { try WBXMLElement(document: body) }
    }
    final class PostBox: Sendable {
        private let sets = Mutex<[ChangeSet]>([])
        func add(_ changes: ChangeSet) { sets.withLock { $0.append(changes) } }
        func take() -> [ChangeSet] {
            sets.withLock { sets in
                defer { sets = [] }; return sets
            }
        }
    }
    let lab: PhoneLab
    var user = "ann@example.org"
    var password = "secret"
    var device = "PHONE1"
    var policyKey: String?
    var version = ProtocolVersion.v14_1
    /// The server has ended the connection.
    private(set) var isHungUp = false
    private let line: Line
    private let session: HTTPSession
    private let posted = PostBox()
    private var input = ByteBuffer()
    /// What the network has taken.
    private var sent: [UInt8] = []

    init(_ lab: PhoneLab, device: String = "PHONE1") async {
        self.lab = lab
        self.device = device
        let posted = posted
        line = Line(id: ConnectionID(1), service: "https", peer: Peer(address: "127.0.0.1", port: 4000), notifier: Notifier { posted.add($0) })
        session = HTTPSession(line, lab.services)
        let outbox = line.outbox
        outbox.flush = { [unowned self] in sent += outbox.bytes.take() }
        await follow(session.opened())
    }
    /// Who is on, as `who` shows it.
    var shownUser: String? { line.user }
    var authorization: (String, String) { ("Authorization", "Basic \(Base64.encodeText(Array("\(user):\(password)".utf8)))") }

    /// Sends one request; nil where it waits.
    func send(
        _ method: String, _ query: String?, _ headers: [(String, String)] = [], _ body: [UInt8] = [], path: String = "/Microsoft-Server-ActiveSync"
    ) async -> Answer? {
        var text = "\(method) \(path)\(query.map { "?" + $0 } ?? "") HTTP/1.1\r\nHost: x\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        text += "Content-Length: \(body.count)\r\n\r\n"
        input.append(text)
        input.append(body)
        for _ in 0..<100 where !input.isEmpty {
            let before = input.count
            await follow(session.receive(&input))
            if input.count == before { break }
        }
        return heard()
    }
    func command(_ name: String, _ body: [UInt8] = [], type: String? = "application/vnd.ms-sync.wbxml") async -> Answer? {
        var headers = [authorization, ("MS-ASProtocolVersion", version.name)]
        if let type, !body.isEmpty { headers.append(("Content-Type", type)) }
        if let policyKey { headers.append(("X-MS-PolicyKey", policyKey)) }
        return await send("POST", "Cmd=\(name)&User=ann&DeviceId=\(device)&DeviceType=Test", headers, body)
    }
    /// Delivers what the store has told this connection, until an answer comes; nil where it goes on waiting.
    func wake() async -> Answer? {
        for changes in posted.take() { await follow(session.notice(changes)) }
        return heard()
    }
    func expire() async -> Answer? {
        line.deadline = nil
        await follow(session.expired())
        return heard()
    }
    func drain() async -> Answer? {
        await follow(session.draining())
        return heard()
    }
    func close() {
        line.isClosed = true
        session.closed()
    }
    private func follow(_ first: Step) async {
        var step = first
        for _ in 0..<1000 where step == .perform { step = await session.perform() }
        if step == .close { isHungUp = true }
    }
    private func heard() -> Answer? {
        line.outbox.flush?()
        defer { sent = [] }
        let bytes = sent
        guard !bytes.isEmpty else { return nil }
        var end = 0
        while end + 4 < bytes.count, Array(bytes[end..<(end + 4)]) != [13, 10, 13, 10] { end += 1 }
        let head = String(decoding: bytes[..<(end + 2)], as: UTF8.self)
        return Answer(status: Int(head.split(separator: " ")[1]) ?? 0, head: head, body: Array(bytes[min(end + 4, bytes.count)...]))
    }
}
