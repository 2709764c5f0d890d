// The certificate that the services show.
internal import Transport

struct Identities {
    static func load(_ settings: Settings) throws(ControlFailure) -> Identities? { nil }
    func install(_ server: Server) async throws(TransportError) {}
    func reinstall(_ server: Server) async throws(TransportError) {}
}
