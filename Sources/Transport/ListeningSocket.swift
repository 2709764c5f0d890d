import CLinux
import Glibc

/// Opens what a service listens on. Hands the descriptor out: whoever takes it closes it.
struct ListeningSocket: Sendable {
    let descriptor: Int32
    let name: String
    let port: Int

    static func open(_ address: ListenAddress) throws(TransportError) -> ListeningSocket {
        switch address {
        case .tcp(let host, let port):
            let descriptor = unsafe martlet_listen_tcp(host, Int32(port), Listener.Limits.backlog)
            let shown = host.isEmpty ? "*" : host.contains(":") ? "[\(host)]" : host
            guard descriptor >= 0 else { throw failure("\(shown):\(port)", errno) }
            let bound = Int(martlet_local_port(descriptor))
            return ListeningSocket(descriptor: descriptor, name: "\(shown):\(bound)", port: bound)
        case .unix(let path):
            let descriptor = unsafe martlet_listen_unix(path, Listener.Limits.backlog)
            guard descriptor >= 0 else { throw failure("unix:\(path)", errno) }
            return ListeningSocket(descriptor: descriptor, name: "unix:\(path)", port: 0)
        case .systemd(let name):
            guard let descriptor = PassedSockets.descriptor(named: name), martlet_set_nonblocking(descriptor) == 0 else { throw .noSuchSocket(name) }
            return ListeningSocket(descriptor: descriptor, name: "systemd:\(name)", port: Int(martlet_local_port(descriptor)))
        }
    }
    private static func failure(_ address: String, _ number: Int32) -> TransportError { .cannotListen(address: address, errno: number) }
}

/// Sockets that the service manager opened for us. (sd_listen_fds(3))
enum PassedSockets {
    static func descriptor(named name: String) -> Int32? {
        guard let pid = variable("LISTEN_PID").flatMap({ Int32($0) }), pid == getpid() else { return nil }
        return descriptor(named: name, count: variable("LISTEN_FDS"), names: variable("LISTEN_FDNAMES"))
    }
    /// Descriptors begin at 3.
    static func descriptor(named name: String, count: String?, names: String?, first: Int32 = 3) -> Int32? {
        guard let count = count.flatMap({ Int32($0) }), (1...1024).contains(count), let names else { return nil }
        guard let place = names.split(separator: ":", omittingEmptySubsequences: false).firstIndex(where: { $0 == name }), place < Int(count) else {
            return nil
        }
        let descriptor = first + Int32(place)
        return martlet_is_listening(descriptor) == 1 ? descriptor : nil
    }
    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
