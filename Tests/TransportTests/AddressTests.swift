import Glibc
import SessionKit
import Testing
@testable import Transport

@Suite struct AddressTests {
    static let addresses: [(String, ListenAddress?)] = [
        ("127.0.0.1:25", .tcp(host: "127.0.0.1", port: 25)), ("[::1]:993", .tcp(host: "::1", port: 993)), ("*:25", .tcp(host: "", port: 25)),
        (":25", .tcp(host: "", port: 25)), ("localhost:0", .tcp(host: "127.0.0.1", port: 0)), ("unix:/run/m.sock", .unix(path: "/run/m.sock")),
        ("systemd:smtp", .systemd(name: "smtp")), ("25", nil), ("mail.example.org:25", nil), ("127.0.0.1:", nil), ("127.0.0.1:65536", nil),
        ("127.0.0.1:-1", nil), ("1.2.3:5", nil), ("1.2.3.256:5", nil), ("::1:25", nil), ("unix:", nil), ("systemd:", nil), ("", nil), ("[1.2.3.4]:5", nil),
    ]
    @Test(arguments: addresses) func parses(_ text: String, _ wanted: ListenAddress?) {
        #expect((try? ListenAddress.parse(text).first) == wanted)
    }
    static let keys: [(String, String?)] = [
        ("192.0.2.7", "192.0.2.7"), ("", nil), ("::1", "::1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::6", "2001:db8:1:2::/64"),
        ("2001:db8::6", "2001:db8:0:0::/64"), ("2001:db8::", "2001:db8:0:0::/64"), ("fe80::1", "fe80:0:0:0::/64"),
        ("2001:db8::1:2:3:4:5", "2001:db8:0:1::/64"),
    ]
    @Test(arguments: keys) func countsNetworks(_ address: String, _ wanted: String?) {
        #expect(Admission.Key(address)?.text == wanted)
    }
    @Test func admissionCountsUpAndDown() {
        var limits = ServiceLimits()
        limits.connections = 3
        limits.perAddress = 2
        let admission = Admission(limits: limits)
        func enter(_ address: String) -> String {
            switch admission.enter(Peer(address: address, port: 1)) {
            case .welcome: "in"
            case .refused(let why): why.rawValue
            }
        }
        #expect(["a", "a", "a", "b", "c"].map(enter) == ["in", "in", "address", "in", "total"])
        admission.leave(Admission.Key("a"))
        #expect(admission.total == 2)
        #expect(["a", "b"].map(enter) == ["in", "total"])
    }
    @Test func socketsOfTheServiceManager() throws {
        // Descriptors 3 and up belong to somebody else here: only the names can be tried.
        #expect(PassedSockets.descriptor(named: "smtp", count: nil, names: "smtp") == nil)
        #expect(PassedSockets.descriptor(named: "smtp", count: "1", names: nil) == nil)
        #expect(PassedSockets.descriptor(named: "imap", count: "1", names: "smtp:imap") == nil)
        #expect(PassedSockets.descriptor(named: "smtp", count: "99999999999", names: "smtp") == nil)
        let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0))
        defer { close(socket.descriptor) }
        #expect(PassedSockets.descriptor(named: "imap", count: "2", names: "smtp:imap", first: socket.descriptor - 1) == socket.descriptor)
        #expect(throws: TransportError.noSuchSocket("smtp")) { try ListeningSocket.open(.systemd(name: "smtp")) }
    }
}
