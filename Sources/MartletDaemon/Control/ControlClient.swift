// The command line's end of the control socket. Blocking: it is a short-lived process that has nothing else to do.
internal import Glibc

package enum ControlClient {
    package enum Outcome: Sendable { case answered(ControlAnswer), nobodyThere, notAllowed, broken(String) }

    /// Seconds that a silent daemon is waited for.
    package enum Limits {
        static let answer = 30
        static let longWork = 86_400
    }
    package static func ask(_ request: ControlRequest, socket path: String) -> Outcome {
        guard let text = try? JSONCoding.encode(request), text.utf8.count <= ControlRequest.Limits.request else { return .broken("the request is too long") }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .broken("no socket: error \(errno)") }
        defer { close(descriptor) }
        switch connect(descriptor, path) {
        case 0: break
        case ENOENT, ECONNREFUSED, ENOTDIR: return .nobodyThere
        case EACCES, EPERM: return .notAllowed
        case let number: return .broken("cannot reach \(path): error \(number)")
        }
        // Checks and back-ups take their time; nothing else does.
        wait(descriptor, seconds: request.verb.hasPrefix("store.") ? Limits.longWork : Limits.answer)
        guard send(descriptor, Array(text.utf8) + [10]) else { return .broken("the daemon went away") }
        guard let line = receive(descriptor) else {
            return .broken(errno == EAGAIN ? "the daemon does not answer: is it stopped or stuck?" : "the daemon went away before it had answered")
        }
        guard let answer = JSONCoding.decode(ControlAnswer.self, line) else { return .broken("the daemon's answer is no JSON") }
        return .answered(answer)
    }

    private static func wait(_ descriptor: Int32, seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }
    private static func connect(_ descriptor: Int32, _ path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // 108 octets with the final NUL (unix(7)).
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return ENAMETOOLONG }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { raw in
            for (index, byte) in bytes.enumerated() { unsafe raw[index] = byte }
        }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe Glibc.connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
            }
        }
    }
    private static func send(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { raw in
                unsafe Glibc.send(descriptor, raw.baseAddress.map { unsafe $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
    private static func receive(_ descriptor: Int32) -> [UInt8]? {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while line.count <= ControlRequest.Limits.answer {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if count == 0 { errno = 0 }
                return nil
            }
            line += buffer[..<count]
            if line.last == 10 { return line }
        }
        return nil
    }
}
