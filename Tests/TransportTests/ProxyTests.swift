// PROXY headers: read right, whole and octet by octet; believed from listed peers alone. (threats T2, T22)
import Bytes
import Model
import SessionKit
import Testing

@testable import Transport

@Suite(.serialized, .timeLimit(.minutes(1))) struct ProxyTests {
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    static let four: [UInt8] = signature + [0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 1, 0x9C, 0x40, 0, 25]
    static let six: [UInt8] = signature + [0x21, 0x21, 0, 39] + [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        + [UInt8](repeating: 0, count: 16) + [0, 99, 0, 25] + [4, 0, 0]

    static let headers: [([UInt8], Peer?)] = [
        (Array("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\n".utf8), Peer(address: "192.0.2.1", port: 40_000)),
        (Array("PROXY TCP6 2001:DB8::1 ::1 99 25\r\n".utf8), Peer(address: "2001:db8::1", port: 99)),
        (Array("PROXY TCP6 ::ffff:192.0.2.1 ::1 99 25\r\n".utf8), Peer(address: "192.0.2.1", port: 99)),
        (Array("PROXY UNKNOWN\r\n".utf8), nil), (Array("PROXY UNKNOWN a b c d\r\n".utf8), nil),
        (four, Peer(address: "192.0.2.1", port: 40_000)), (six, Peer(address: "2001:db8::1", port: 99)), (signature + [0x20, 0, 0, 0], nil),
    ]
    @Test(arguments: Self.headers) func headersAreRead(_ octets: [UInt8], _ peer: Peer?) {
        #expect(ProxyHeader.parse(ByteBuffer(octets + Array("EHLO".utf8))) == .client(peer, length: octets.count))
        for count in 0..<octets.count { #expect(ProxyHeader.parse(ByteBuffer(Array(octets.prefix(count)))) == .incomplete, "\(count)") }
    }
    @Test(arguments: [
        "EHLO c\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 40000\r\n", "PROXY TCP4 192.0.2.300 198.51.100.1 1 2\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 70000\r\n", "PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n", "PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY \r\n",
        "PROXY UNKNOWN \(String(repeating: "x", count: 200))\r\n", "\r\n\r\n\0\r\nQUIX\n", "\r\n\r\n\0\r\nQUIT\n\u{11}\u{11}\0\0",
    ])
    func othersAreNot(_ text: String) { #expect(ProxyHeader.parse(ByteBuffer(Array(text.utf8))) == .malformed) }

    @Test(arguments: [ServiceSettings.TLS.none, .implicit]) func theClientsAddressIsTheProxysToTell(_ tls: ServiceSettings.TLS) async throws {
        for header in [Array("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\n".utf8), Self.four] {
            try await withServer(tls: tls, identities: [TLSTests.identity("localhost")], proxyFrom: { $0.isLoopback }) { server, port, record in
                let socket = try await blocking {
                    let socket = try Client(port: port)
                    for octet in header { try socket.send([octet]) }
                    let client = tls == .implicit ? try TLSClient(socket) : nil
                    _ = try client?.hear(until: "\r\n") ?? socket.hear(until: "\r\n")
                    return Held(socket, client)
                }
                #expect(await server.who().map(\.peer) == [Peer(address: "192.0.2.1", port: 40_000)])
                withExtendedLifetime(socket) {}
            }
        }
    }
    /// A TLS client that goes says so, and the server would end the connection.
    private final class Held: @unchecked Sendable {
        private let socket: Client
        private let secure: TLSClient?
        init(_ socket: Client, _ secure: TLSClient?) { self.socket = socket; self.secure = secure }
    }
    /// Header and first words in one segment; and no word without a header.
    @Test func wordsBehindTheHeaderAreTheClients() async throws {
        try await withServer(proxyFrom: { $0.isLoopback }) { server, port, record in
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\nquit\r\n")
                return try client.hearAll()
            }
            #expect(heard == "hello\r\nbye\r\n")
            let nothing = try await blocking {
                let client = try Client(port: port)
                try client.say("quit\r\n")
                return try client.hearAll()
            }
            #expect(nothing.isEmpty)
            #expect(await eventually { await server.connectionCount == 0 })
        }
    }
    @Test func othersAreNotBelieved() async throws {
        try await withServer { _, port, record in
            _ = try await blocking {
                let client = try Client(port: port)
                try client.say("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\nquit\r\n")
                return try client.hearAll()
            }
            #expect(record.all.contains("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25"))
        }
    }
    /// The clients behind a proxy are counted one by one, the proxy not at all.
    @Test func limitsAreTheClients() async throws {
        var limits = ServiceLimits()
        limits.perAddress = 2
        try await withServer(limits: limits, proxyFrom: { $0.isLoopback }) { server, port, record in
            let held = try await blocking {
                var clients: [Client] = []
                for host in [1, 1, 2, 2, 3] {
                    let client = try Client(port: port)
                    try client.say("PROXY TCP4 192.0.2.\(host) 198.51.100.1 40000 25\r\n")
                    _ = try client.hear(until: "\r\n")
                    clients.append(client)
                }
                let late = try Client(port: port)
                try late.say("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\n")
                #expect(try late.hearAll().isEmpty)
                return HeldClients(clients)
            }
            #expect(await server.who().count == 5)
            withExtendedLifetime(held) {}
        }
    }
}
