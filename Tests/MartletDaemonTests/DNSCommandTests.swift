import Foundation
import TestSupport
import Testing

/// `martlet dns` against a name server of the test: what `records` prints, once published, satisfies `check`.
@Suite(.timeLimit(.minutes(2))) struct DNSCommandTests {
    struct Row: Decodable {
        var name: String
        var type: String
        var value: String
        var reason: String
        var optional: Bool
        var state: String?
        var published: [String]?
        var zoneLine: String { "\(name) \(type) \(type == "TXT" ? value : value.hasSuffix(".") ? String(value.dropLast()) : value)" }
    }
    private func withDomain(_ zone: @escaping @Sendable ([Row]) -> [String], _ body: (([String]) throws -> Program.Result) throws -> Void) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        func write(_ resolver: String) throws {
            try folder.write(
                "martlet.toml",
                "hostname = \"mail.example.org\"\n[store]\npath = \"\(folder.path)/store\"\n[outbound]\nresolver = [\"\(resolver)\"]\n")
        }
        func martlet(_ arguments: [String]) throws -> Program.Result { try Program.run(arguments + ["--config", "\(folder.path)/martlet.toml"]) }
        try write("127.0.0.1:1")
        #expect(try martlet(["domain", "add", "example.org"]).status == 0)
        let printed = try martlet(["dns", "records", "example.org", "--json"])
        #expect(printed.status == 0)
        let rows = try JSONDecoder().decode([Row].self, from: Data(printed.output.utf8))
        let stub = StubDNS(zone: zone(rows))
        defer { stub.stop() }
        try write(stub.server)
        try body(martlet)
    }
    @Test func whatIsPrintedSatisfiesTheCheck() throws {
        try withDomain({ $0.map(\.zoneLine) + ["mail.example.org A 192.0.2.1"] }) { martlet in
            let result = try martlet(["dns", "check", "example.org"])
            #expect(result.status == 0, "\(result)")
            #expect(result.output == "the zone of example.org says all that it should\n")
            #expect(try martlet(["dns", "check", "other.example"]).status == 67)
            #expect(try martlet(["dns", "records", "no domain"]).status == 65)
        }
    }
    @Test func recordsAreZoneLines() throws {
        try withDomain({ _ in [] }) { martlet in
            let lines = try martlet(["dns", "records", "example.org"]).output.split(separator: "\n")
            #expect(lines.contains("example.org. IN MX 10 mail.example.org."))
            #expect(lines.contains("example.org. IN TXT \"v=spf1 mx -all\""))
            #expect(lines.contains { $0.contains("._domainkey.example.org. IN TXT \"v=DKIM1; k=rsa; p=") && $0.contains("\" \"") })
            #expect(lines.contains("_imaps._tcp.example.org. IN SRV 0 1 993 mail.example.org."))
            #expect(lines.count(where: { $0.hasPrefix("; ") }) == lines.count / 2)
        }
    }
    @Test func onlyDifferencesAreShown() throws {
        try withDomain({ rows in
            rows.filter { $0.type != "MX" && !$0.name.hasPrefix("_dmarc") && !$0.value.hasPrefix("v=spf1") }.map(\.zoneLine)
                + ["example.org TXT v=spf1 -all", "example.org TXT v=spf1 mx -all", "example.org TXT other", "_dmarc.example.org FAIL"]
        }) { martlet in
            let result = try martlet(["dns", "check", "example.org", "--json"])
            #expect(result.status == 65)
            let rows = try JSONDecoder().decode([Row].self, from: Data(result.output.utf8))
            #expect(rows.map { "\($0.name) \($0.type) \($0.state ?? "")" } == [
                "example.org MX missing", "example.org TXT twice", "_dmarc.example.org TXT unknown: the resolver failed (code 2)", "mail.example.org A missing",
            ])
            #expect(rows[1].published == ["v=spf1 -all", "v=spf1 mx -all"])
            #expect(try martlet(["dns", "check", "example.org"]).output.contains("; published: example.org. IN TXT v=spf1 -all"))
        }
    }
}
