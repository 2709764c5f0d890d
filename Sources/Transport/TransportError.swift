import CLinux
import Glibc

/// Why the transport could not do what the assembly asked. The description says what to do where that is known.
package enum TransportError: Error, Equatable, CustomStringConvertible {
    case system(String, Int32)
    case cannotListen(address: String, errno: Int32)
    case badAddress(String)
    case noSuchSocket(String)
    case badLoopCount(Int)
    case alreadyStarted
    case tls(TLSIdentityError)

    package var description: String {
        switch self {
        case .system(let call, let number): "\(call): \(Self.words(number))"
        case .cannotListen(let address, EADDRINUSE): "cannot listen on \(address): another process listens there already"
        case .cannotListen(let address, EACCES), .cannotListen(let address, EPERM):
            "cannot listen on \(address): not allowed; ports below 1024 need CAP_NET_BIND_SERVICE or a systemd socket"
        case .cannotListen(let address, EADDRNOTAVAIL): "cannot listen on \(address): this machine does not have that address"
        case .cannotListen(let address, let number): "cannot listen on \(address): \(Self.words(number))"
        case .badAddress(let text): "\"\(text)\" is no address to listen on; write 127.0.0.1:25, [::1]:25, *:25, unix:/path or systemd:NAME"
        case .noSuchSocket(let name): "systemd has passed no socket named \"\(name)\"; set FileDescriptorName= in the socket unit"
        case .badLoopCount(let count): "\(count) event loops: choose 0 (one for each core) to \(Server.Limits.loops)"
        case .tls(let error): error.description
        case .alreadyStarted: "the server has been started already"
        }
    }
    static func words(_ number: Int32) -> String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}
