package import SessionKit
import Bytes
package import Model

/// Drives a session without a socket: what the transport does, minus the network.
package final class Conversation {
    package let line: Line
    package let session: any Session
    private var input = ByteBuffer()
    package private(set) var isClosed = false
    package private(set) var wantsTLS = false

    package init(
        service: String = "test", peer: Peer = Peer(address: "127.0.0.1", port: 4000), secure: Bool = false, notifier: Notifier = Notifier { _ in },
        _ make: (Line) -> any Session
    ) async {
        line = Line(id: ConnectionID(1), service: service, peer: peer, notifier: notifier)
        if secure { line.security = Security(version: "TLSv1.3", cipher: "test", serverName: nil) }
        session = make(line)
        await follow(session.opened())
    }
    /// Sends text and returns what the session answered.
    package func say(_ text: String) async -> String { await say(Array(text.utf8)) }
    package func say(_ bytes: [UInt8]) async -> String { String(decoding: await sayBytes(bytes), as: UTF8.self) }
    package func sayBytes(_ bytes: [UInt8]) async -> [UInt8] {
        input.append(bytes)
        await pump()
        return line.outbox.bytes.take()
    }
    /// What has been said since the last look.
    package func heard() -> String { String(decoding: line.outbox.bytes.take(), as: UTF8.self) }
    package func notice(_ changes: ChangeSet) async -> String {
        await follow(session.notice(changes))
        return heard()
    }
    package func expire() async -> String {
        line.deadline = nil
        await follow(session.expired())
        return heard()
    }
    package func beginTLS() async {
        wantsTLS = false
        line.security = Security(version: "TLSv1.3", cipher: "test", serverName: nil)
        await follow(session.secured())
    }
    package func close() {
        line.isClosed = true
        isClosed = true
        session.closed()
    }
    private func pump() async {
        while !isClosed, !wantsTLS, !input.isEmpty {
            let before = input.count
            let step = session.receive(&input)
            await follow(step)
            if step == .needMore || input.count == before && step != .perform { return }
        }
    }
    private func follow(_ first: Step) async {
        var step = first
        while true {
            switch step {
            case .needMore: return
            case .perform: step = await session.perform()
            case .startTLS: wantsTLS = true; return
            case .close: close(); return
            }
        }
    }
}
