import Foundation
import MartletDaemon
import Testing

/// `martlet demo` as a process, with real sockets on this machine's loopback.
@Suite(.serialized) struct DemoTests {
    /// Several are tried, because other programs take ports too.
    private func withDemo(_ folder: TemporaryFolder, _ options: [String] = [], _ body: (Int, Process, String) throws -> Void) throws {
        for _ in 0..<5 {
            let base = 21_000 + Int.random(in: 0..<380) * 100
            let process = Process()
            process.executableURL = URL(fileURLWithPath: try #require(Program.path))
            process.arguments = ["demo", "--dir", folder.path + "/demo", "--port-base", String(base)] + options
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            let table = Self.readTable(output.fileHandleForReading)
            guard table.contains("Try:") else {
                process.waitUntilExit()
                #expect(process.terminationStatus == 69, "\(process.terminationStatus)")
                continue
            }
            try body(base, process, table)
            if process.isRunning { process.terminate() }
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return
        }
        Issue.record("no free ports")
    }
    private static func readTable(_ handle: FileHandle) -> String {
        var text = ""
        while !text.contains("Stop with Ctrl-C") {
            let data = handle.availableData
            if data.isEmpty { return text }
            text += String(decoding: data, as: UTF8.self)
        }
        return text
    }
    private func curl(_ arguments: [String]) throws -> String {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["--silent", "--max-time", "10"] + arguments
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }
    private func inbox(_ base: Int, _ user: String) throws -> String {
        try curl(["--user", user, "imap://127.0.0.1:\(base + 143)/INBOX", "-X", "STATUS INBOX (MESSAGES)"])
    }

    // MS-ASHTTP_R518
    @Test func theDemoStandsAndGoesOnWithItsData() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var alice = ""
        try withDemo(folder) { base, process, table throws in
            let credentials = try #require(folder.read("demo/credentials"))
            alice = try #require(credentials.split(separator: "\n").first { $0.hasPrefix("alice@demo.test ") }.map { String($0.dropFirst(16)) })
            #expect(table.contains("user alice@demo.test   password \(alice)"))
            for port in [25, 587, 465, 143, 993, 443, 90] { #expect(table.contains("127.0.0.1:\(base + port)")) }
            #expect(folder.read("demo/martlet.pid") == "\(process.processIdentifier)\n")
            let modes = try ["credentials", "key.pem", "store/control.sock"].map {
                try FileManager.default.attributesOfItem(atPath: "\(folder.path)/demo/\($0)")[.posixPermissions] as? Int
            }
            #expect(modes == [0o600, 0o600, 0o600])
            #expect(try curl(["http://127.0.0.1:\(base + 90)/healthz"]) == "ok\n")
            #expect(try curl(["http://127.0.0.1:\(base + 90)/readyz"]) == "ready\n")
            #expect(try curl(["http://127.0.0.1:\(base + 90)/metrics"]).contains("martlet_smtp_accepted_total 0"))
            #expect(try inbox(base, "alice@demo.test:\(alice)").contains("MESSAGES 12"))
            try folder.write("mail", "From: bob@demo.test\r\nTo: alice@demo.test\r\nSubject: one more\r\n\r\nHello\r\n")
            _ = try curl([
                "smtp://127.0.0.1:\(base + 25)", "--mail-from", "bob@demo.test", "--mail-rcpt", "alice@demo.test", "--upload-file", folder.path + "/mail",
            ])
            #expect(try inbox(base, "alice@demo.test:\(alice)").contains("MESSAGES 13"))
            #expect(
                try curl(["--insecure", "--user", "alice@demo.test:\(alice)", "imaps://127.0.0.1:\(base + 993)/INBOX", "-X", "STATUS INBOX (MESSAGES)"])
                    .contains("MESSAGES 13"))
            let options = try curl([
                "--insecure", "--user", "alice@demo.test:\(alice)", "-X", "OPTIONS", "-i", "https://127.0.0.1:\(base + 443)/Microsoft-Server-ActiveSync",
            ])
            #expect(options.contains("MS-ASProtocolVersions: 2.5,12.0,12.1,14.0,14.1,16.0,16.1"))
            try throughTheControlSocket(folder, base, alice)
            try aSecondDaemonIsRefused(folder)
        }
        #expect(folder.read("demo/martlet.pid") == nil)
        try withDemo(folder) { base, _, table throws in
            #expect(table.contains("password \(alice)"), "the passwords stay")
            #expect(try inbox(base, "alice@demo.test:\(alice)").contains("MESSAGES 13"), "the mail stays, the samples do not come again")
            #expect(try Program.run(["user", "show", "carl@demo.test", "--config", folder.path + "/demo/martlet.toml"]).status == 0)
        }
    }
    /// The command line asks the daemon, and what it does there holds at once.
    private func throughTheControlSocket(_ folder: TemporaryFolder, _ base: Int, _ alice: String) throws {
        func martlet(_ arguments: [String], _ input: String = "") throws -> Program.Result {
            try Program.run(arguments + ["--config", folder.path + "/demo/martlet.toml"], input: input)
        }
        let status = try martlet(["status", "--json"])
        let value = try #require(try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any])
        #expect(value["state"] as? String == "running")
        #expect(
            (value["services"] as? [[String: Any]])?.compactMap { $0["service"] as? String }.sorted() == [
                "control", "http", "https", "imap", "imaps", "smtp", "submission", "submissions",
            ])
        #expect(try martlet(["who"]).output.contains("control"))
        #expect(try martlet(["user", "add", "carl@demo.test", "--password-stdin"], "kiwi\n").status == 0)
        #expect(try inbox(base, "carl@demo.test:kiwi").contains("MESSAGES 0"))
        #expect(try martlet(["user", "password", "carl@demo.test", "--password-stdin"], "fig\n").status == 0)
        #expect(try inbox(base, "carl@demo.test:fig").contains("MESSAGES 0"))
        #expect(try martlet(["user", "disable", "carl@demo.test"]).status == 0)
        #expect(try !inbox(base, "carl@demo.test:fig").contains("MESSAGES"))
        #expect(try martlet(["mailbox", "list", "alice@demo.test"]).output.contains("INBOX    inbox       13"))
        #expect(try martlet(["store", "check"]).output == "the store is sound\n")
        #expect(try martlet(["store", "stats"]).output.contains("accounts"))
    }
    private func aSecondDaemonIsRefused(_ folder: TemporaryFolder) throws {
        let second = try Program.run(["serve", "--config", folder.path + "/demo/martlet.toml"])
        #expect(second.status == 75)
        #expect(second.errors.contains("another martlet holds"), "\(second.errors)")
        let process = folder.read("demo/martlet.pid")
        let demo = try Program.run(["demo", "--dir", folder.path + "/demo", "--port-base", "1000", "--password", "other"])
        #expect(demo.status == 75)
        #expect(demo.errors.contains("a demo runs in"), "\(demo.errors)")
        #expect(folder.read("demo/martlet.pid") == process)
        #expect(folder.read("demo/credentials")?.contains("other") == false)
    }
    @Test func givenPasswordsAndManyUsers() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try withDemo(folder, ["--password", "secret", "--users", "300"]) { base, _, table throws in
            #expect(table.contains("u1 … u300@demo.test"))
            #expect(try inbox(base, "u300@demo.test:secret").contains("MESSAGES 0"))
            #expect(try inbox(base, "bob@demo.test:secret").contains("MESSAGES 12"))
        }
    }
    @Test func cannotStartSaysWhy() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let forbidden = try Program.run(["demo", "--dir", "/proc/nowhere"])
        #expect(forbidden.status == 73)
        #expect(forbidden.errors.contains("cannot write /proc/nowhere"))
        try folder.write(
            "martlet.toml",
            "[store]\npath = \"\(folder.path)/store\"\n[listen]\nimaps = [\"127.0.0.1:0\"]\n[tls]\ncertificate = \"/nonexistent.pem\"\nkey = \"/nonexistent.pem\"\n"
        )
        let bare = try Program.run(["serve", "--config", folder.path + "/martlet.toml"])
        #expect(bare.status == 78)
        #expect(bare.errors.contains("/nonexistent.pem"))
        try folder.write("long.toml", "[store]\npath = \"\(folder.path)/\(String(repeating: "x", count: 100))\"\n")
        #expect(try Program.run(["serve", "--config", folder.path + "/long.toml"]).status == 78)
    }
}
