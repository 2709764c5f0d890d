// The table that the demo prints: where everything listens, who may log in, three lines to try.

enum DemoTable {
    static func text(portBase: Int, path: String, passwords: [String: String], users: Int, shared: String) -> String {
        let services = [
            ("SMTP", 25, "STARTTLS; mail for demo.test"), ("submission", 587, "STARTTLS; log in to send"), ("submissions", 465, "TLS; log in to send"),
            ("IMAP", 143, "STARTTLS"),
            ("IMAPS", 993, "TLS"), ("ActiveSync", 443, "https://127.0.0.1:\(portBase + 443)/Microsoft-Server-ActiveSync"),
            ("monitoring", 90, "http://127.0.0.1:\(portBase + 90)/healthz /readyz /metrics"),
        ]
        var lines = ["", "Martlet is running on this machine's loopback. Everything is in \(path).", ""]
        for (name, port, note) in services { lines.append("  \(padded(name, 12))127.0.0.1:\(padded(String(portBase + port), 7))\(note)") }
        lines.append("")
        for (name, password) in passwords.sorted(by: { $0.key < $1.key }) { lines.append("  user \(padded(name, 18))password \(password)") }
        if users > 0 { lines.append("  user \(padded("u1 … u\(users)@demo.test", 18))password \(shared)") }
        let alice = passwords["alice@demo.test"] ?? ""
        lines += [
            "", "Try:",
            "  swaks --server 127.0.0.1:\(portBase + 25) --from bob@demo.test --to alice@demo.test --header 'Subject: Hello' --body 'It works.'",
            "  curl --user 'alice@demo.test:\(alice)' imap://127.0.0.1:\(portBase + 143)/INBOX -X 'FETCH 1:* (UID FLAGS ENVELOPE)'",
            "  openssl s_client -quiet -connect 127.0.0.1:\(portBase + 993)     (then: a login alice@demo.test \(alice))", "",
            "The certificate is self-signed: clients will ask once. Stop with Ctrl-C; `martlet status --config \(path)/martlet.toml` tells more.", "",
        ]
        return lines.joined(separator: "\n")
    }
    private static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
}
