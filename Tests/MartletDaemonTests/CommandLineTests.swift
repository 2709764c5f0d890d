import Foundation
import MartletDaemon
import Testing

/// The built program on a store of its own, without a daemon.
@Suite struct CommandLineTests {
    private func withSettings(_ body: (TemporaryFolder, ([String], String) throws -> Program.Result) throws -> Void) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try folder.write("martlet.toml", "hostname = \"mail.example.org\"\n[store]\npath = \"\(folder.path)/store\"\n[login]\npassword_cost = 10\n")
        try body(folder) { arguments, input in try Program.run(arguments + ["--config", "\(folder.path)/martlet.toml"], input: input) }
    }
    @Test func domainsUsersAndAddresses() throws {
        try withSettings { _, martlet in
            #expect(try martlet(["domain", "list"], "").status == 66)
            #expect(try martlet(["domain", "add", "Example.org"], "").status == 0)
            #expect(try martlet(["domain", "add", "example.org"], "").status == 73)
            #expect(try martlet(["user", "add", "ann@example.org", "--name", "Ann", "--password-stdin", "--quota", "1G"], "apple\n").status == 0)
            #expect(try martlet(["user", "add", "bob@example.org", "--password-stdin"], "pear\n").status == 0)
            #expect(try martlet(["user", "add", "ann@elsewhere.example", "--password-stdin"], "x\n").status == 67)
            #expect(try martlet(["user", "add", "carl@example.org"], "").status == 64, "no terminal to ask on")
            #expect(try martlet(["user", "add", "carl@example.org", "--password-stdin"], "").status == 64)
            #expect(try martlet(["user", "add", "not an address", "--password-stdin"], "x\n").status == 65)
            #expect(try martlet(["user", "list", "--quiet"], "").output == "ann@example.org\nbob@example.org\n")
            let list = try martlet(["user", "list"], "").output
            #expect(list.contains("ann@example.org  Ann   enabled   0 B  1.0 GiB"), "\(list)")
            let shown = try martlet(["user", "show", "ann@example.org", "--json"], "").output
            let value = try #require(try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any])
            #expect(value["quota"] as? Int == 1_073_741_824)
            #expect(value["addresses"] as? [String] == ["ann@example.org", "postmaster@example.org"])
            #expect(try martlet(["address", "add", "sales@example.org", "--to", "ann@example.org", "bob@example.org"], "").status == 0)
            #expect(try martlet(["address", "list", "sales"], "").output.contains("sales@example.org  bob@example.org"))
            #expect(try martlet(["user", "disable", "bob@example.org"], "").status == 0)
            #expect(try martlet(["user", "quota", "ann@example.org", "none"], "").status == 0)
            #expect(try martlet(["mailbox", "list", "ann@example.org", "--quiet"], "").output == "INBOX\nArchive\nDrafts\nJunk\nSent\nTrash\n")
            #expect(try martlet(["device", "list", "ann@example.org", "--json"], "").output.trimmingCharacters(in: .whitespacesAndNewlines).hasPrefix("["))
            #expect(try martlet(["device", "list", "nobody@example.org"], "").status == 67)
            #expect(try martlet(["store", "check"], "").output == "the store is sound\n")
            #expect(try martlet(["store", "stats", "--json"], "").output.contains("\"accounts\" : 2"))
        }
    }
    /// What destroys asks; without a terminal and without --yes it refuses.
    @Test func destructionIsConfirmed() throws {
        try withSettings { _, martlet in
            #expect(try martlet(["domain", "add", "example.org"], "").status == 0)
            #expect(try martlet(["user", "add", "ann@example.org", "--password-stdin"], "apple\n").status == 0)
            let refused = try martlet(["user", "remove", "ann@example.org"], "y\n")
            #expect(refused.status == 64)
            #expect(refused.errors.contains("--yes"))
            #expect(try martlet(["user", "list", "--quiet"], "").output == "ann@example.org\n")
            #expect(try martlet(["domain", "remove", "example.org", "--yes"], "").status == 73)
            #expect(try martlet(["user", "remove", "ann@example.org", "--yes"], "").status == 0)
            #expect(try martlet(["domain", "remove", "example.org", "--yes"], "").status == 0)
        }
    }
    @Test func settingsAreChecked() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let missing = try Program.run(["config", "check", "--config", "\(folder.path)/none.toml"])
        #expect(missing.status == 78)
        #expect(missing.errors.contains("there is no such file"))
        try folder.write("bad.toml", "hostname = \"x\"\n[listen]\nimaps = [\"[::]:993\"]\nimpas = []\n")
        for command in [["config", "check"], ["serve"], ["domain", "list"]] {
            let bad = try Program.run(command + ["--config", "\(folder.path)/bad.toml"])
            #expect(bad.status == 78, "\(command)")
            #expect(bad.errors.contains("bad.toml: line 4: unknown key listen.impas; did you mean listen.imap"), "\(bad.errors)")
        }
        let example = try Program.run(["config", "example"])
        #expect(example.status == 0)
        try folder.write("good.toml", example.output)
        #expect(try Program.run(["config", "check", "--config", "\(folder.path)/good.toml"]).status == 0)
        #expect(try Program.run(["config", "show", "--config", "\(folder.path)/good.toml"]).output.contains("hostname = \"mail.example.org\""))
    }
    @Test func usageErrorsEndWith64() throws {
        for arguments in [
            ["nonsense"], ["user"], ["user", "add"], ["demo"], ["demo", "--dir", "/x", "--port-base", "0"], ["user", "quota", "a@b.c", "lots"], ["--frob"],
        ] {
            let result = try Program.run(arguments)
            #expect(result.status == 64 || (arguments == ["user"] && result.status == 0), "\(arguments): \(result.status)")
        }
        #expect(try Program.run(["status", "--config", "/nonexistent/martlet.toml"]).status == 78)
    }
}
