import CLinux
import DNSCodec
import Glibc
import Model
import Telemetry
import Testing
@testable import Transport

/// The resolver against unbound, Debian's package: a name server that we have not written.
@Suite(.timeLimit(.minutes(1)), .enabled(if: Workshop.has("/usr/sbin/unbound"))) struct UnboundTests {
    private static func configuration(_ port: Int, _ folder: String, _ text: String) -> String {
        """
        server:
            interface: 127.0.0.1@\(port)
            do-daemonize: no
            use-syslog: no
            username: ""
            chroot: ""
            directory: "\(folder)"
            pidfile: ""
            module-config: "iterator"
            do-not-query-localhost: no
            local-zone: "a.test." static
            local-data: "a.test. 600 IN MX 10 mx.a.test."
            local-data: "a.test. 600 IN MX 20 mx2.a.test."
            local-data: "mx.a.test. IN A 192.0.2.1"
            local-data: "mx.a.test. IN AAAA 2001:db8::1"
            local-data: "_25._tcp.mx.a.test. IN TLSA 3 1 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            local-data: "_imaps._tcp.a.test. IN SRV 0 1 993 mx.a.test."
        \(text)
        remote-control:
            control-enable: no

        """
    }
    @Test func answersOfUnboundAreRead() async throws {
        let workshop = try Workshop()
        // A port that was free a moment ago.
        let probe = unsafe martlet_listen_tcp("127.0.0.1", 0, 1)
        let port = Int(martlet_local_port(probe))
        close(probe)
        // Twenty-eight texts of 150 octets do not fit a datagram: they come over TCP.
        let texts = (0..<28).map { "    local-data: 'long.a.test. IN TXT \"\($0) \(String(repeating: "x", count: 150))\"'" }.joined(separator: "\n")
        try workshop.write("unbound.conf", Self.configuration(port, workshop.path, texts))
        try workshop.start("/usr/sbin/unbound", "-d", "-c", "\(workshop.path)/unbound.conf")
        #expect(await eventually { (try? Client(port: port)) != nil })

        let resolver = try Resolver(servers: ["127.0.0.1:\(port)"], metrics: Metrics())
        let exchangers = try await resolver.query("A.test", .mx)
        #expect(Set(exchangers.records) == [.mx(preference: 10, exchange: "mx.a.test"), .mx(preference: 20, exchange: "mx2.a.test")])
        #expect(exchangers.lifetime == 600 && !exchangers.isAuthentic)
        #expect(try await resolver.query("mx.a.test", .a).records == [.a("192.0.2.1")])
        #expect(try await resolver.query("mx.a.test", .aaaa).records == [.aaaa("2001:db8::1")])
        let association = TLSARecord(usage: 3, selector: 1, matching: 1, data: Array(0..<32))
        #expect(try await resolver.query("_25._tcp.mx.a.test", .tlsa).records == [.tlsa(association)])
        #expect(try await resolver.query("_imaps._tcp.a.test", .srv).records == [.srv(priority: 0, weight: 1, port: 993, target: "mx.a.test")])
        #expect(try await resolver.query("long.a.test", .txt).records.count == 28)
        #expect(try await resolver.query("gone.a.test", .a).isNoSuchName)
        let none = try await resolver.query("mx.a.test", .mx)
        #expect(none.records.isEmpty && !none.isNoSuchName)
        withExtendedLifetime(workshop) {}
    }
}
