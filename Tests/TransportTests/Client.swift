import CLinux
import Dispatch
import Glibc

/// A blocking client on a real socket, with a time limit on every wait.
final class Client {
    struct Failure: Error { let words: String }
    let descriptor: Int32

    /// Not connected yet.
    init() { descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }
    convenience init(port: Int, receiveBuffer: Int? = nil) throws {
        self.init()
        if var size = receiveBuffer.map({ Int32($0) }) {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        try connect(to: port)
    }
    func connect(to port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let answer = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard answer == 0 else { throw Failure(words: "connect: \(errno)") }
        prepare()
    }
    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let answer = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard answer == 0 else { throw Failure(words: "connect: \(errno)") }
        prepare()
    }
    private func prepare() {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }
    /// A socket that was accepted.
    init(taken: Int32) {
        descriptor = taken
        _ = fcntl(taken, F_SETFD, FD_CLOEXEC)
        prepare()
    }
    deinit { close(descriptor) }

    func say(_ text: String) throws { try send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let sent = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress.map { unsafe $0 + offset }, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { throw Failure(words: "send: \(errno)") }
            offset += sent
        }
    }
    /// What comes next, at most `limit` bytes; empty at the end.
    func receive(_ limit: Int = 65_536) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = unsafe recv(descriptor, &bytes, limit, 0)
        guard count >= 0 else { throw Failure(words: "recv: \(errno)") }
        return Array(bytes[..<count])
    }
    /// Reads until `text` has come.
    func hear(until text: String) throws -> String {
        var heard: [UInt8] = []
        let wanted = Array(text.utf8)
        while true {
            if heard.count >= wanted.count, heard.suffix(wanted.count).elementsEqual(wanted) { return String(decoding: heard, as: UTF8.self) }
            let more = try receive(1)
            guard !more.isEmpty else { throw Failure(words: "end after \(String(decoding: heard, as: UTF8.self))") }
            heard += more
        }
    }
    /// Reads to the end.
    func hearAll() throws -> String {
        var heard: [UInt8] = []
        while case let more = try receive(), !more.isEmpty { heard += more }
        return String(decoding: heard, as: UTF8.self)
    }
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }
    /// Closes with a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}

/// Runs blocking work on a thread of its own, so that the tests' pool is never blocked.
func blocking<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "client").async { continuation.resume(with: Result { try work() }) }
    }
}
/// Waits for something that another thread will bring about; false after five seconds.
func eventually(_ condition: () async -> Bool) async -> Bool {
    for _ in 0..<500 {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return await condition()
}

/// Clients that are handed from one blocking block to the next.
final class HeldClients: @unchecked Sendable {
    let all: [Client]
    init(_ all: [Client]) { self.all = all }
}
