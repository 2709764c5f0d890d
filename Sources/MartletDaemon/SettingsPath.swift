// Reads a file whole, with words for what can go wrong. For settings and certificates, which are small.
internal import Glibc

package enum SettingsPath {
    package enum Outcome: Sendable, Equatable { case text(String), failed(String) }

    package static func read(_ path: String) -> Outcome {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failed(words(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= SettingsFile.Limits.size {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failed(words(errno)) }
            if count == 0 { return String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .failed("it is not UTF-8") }
            bytes += buffer[..<count]
        }
        return .failed("it is larger than \(SettingsFile.Limits.size) bytes")
    }
    static func words(_ number: Int32) -> String {
        switch number {
        case ENOENT, ENOTDIR: return "there is no such file"
        case EACCES, EPERM: return "this user may not read or write it"
        case EISDIR: return "it is a directory"
        default:
            guard let text = unsafe strerror(number) else { return "error \(number)" }
            return unsafe String(cString: text)
        }
    }
}
