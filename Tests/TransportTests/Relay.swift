import CLinux
import Dispatch
import Glibc

/// Passes one connection on, one byte for each segment towards the server.
final class Relay: Sendable {
    let port: Int

    init(to port: Int) throws {
        let listener = unsafe martlet_listen_tcp("127.0.0.1", 0, 1)
        guard listener >= 0 else { throw Client.Failure(words: "listen: \(errno)") }
        // The helper is blocking: poll waits for its one client.
        self.port = Int(martlet_local_port(listener))
        DispatchQueue(label: "relay").async {
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            unsafe poll(&waiting, 1, 10_000)
            let near = accept(listener, nil, nil)
            close(listener)
            guard near >= 0, let far = try? Client(port: port) else { return }
            Self.pump(from: near, to: far.descriptor, piece: 1, keeping: far)
            Self.pump(from: far.descriptor, to: near, piece: 4096, keeping: far)
        }
    }
    private static func pump(from: Int32, to: Int32, piece: Int, keeping client: Client) {
        let held = HeldClient(client)
        DispatchQueue(label: "relay").async {
            var bytes = [UInt8](repeating: 0, count: piece)
            while case let count = unsafe recv(from, &bytes, piece, 0), count > 0 {
                guard unsafe send(to, bytes, count, Int32(MSG_NOSIGNAL)) == count else { break }
            }
            shutdown(to, Int32(SHUT_WR))
            withExtendedLifetime(held) {}
        }
    }
    private final class HeldClient: @unchecked Sendable {
        let client: Client
        init(_ client: Client) { self.client = client }
    }
}
