// The keys of [judging]: what is done with mail from strangers.

extension SettingsKey {
    static var judging: [SettingsKey] {
        [
            text(
                "judging.mode", "SPF, DKIM and DMARC: \"enforce\" does what the domains ask for, \"observe\" only writes it down, \"off\" asks nothing.",
                { $0.judging.mode }
            ) {
                settings, value in
                guard ["enforce", "observe", "off"].contains(value) else { return "it must be enforce, observe or off" }
                settings.judging.mode = value
                return nil
            },
            networks("judging.trusted", "Networks of our own machines, whose mail is not judged.", \.trusted),
            texts("judging.block_lists", "DNS lists of addresses whose mail is refused, as \"zen.example.org\".", \.blockLists) { list in
                !list.isEmpty && list.utf8.count <= 200 && list.utf8.allSatisfy { isHostByte($0) }
            },
            number(
                "judging.greylist_minutes", 0...1_440, "How long mail of a stranger must wait before it is tried again; 0 for no greylisting.",
                {
                    $0.judging.greylistMinutes
                }
            ) { $0.judging.greylistMinutes = $1 },
            text("judging.rspamd", "An rspamd that has a word about each message, as \"127.0.0.1:11333\"; empty for none.", { $0.judging.rspamd }) {
                settings, value in
                guard value.isEmpty || isAddress(value) else { return "it is no address" }
                settings.judging.rspamd = value
                return nil
            },
            texts("judging.milters", "Mail filters, asked in this order: \"127.0.0.1:8891\" or the path of a socket.", \.milters) {
                $0.hasPrefix("/") && $0.utf8.count < 108 || isAddress($0) && !$0.hasPrefix("systemd:")
            },
        ]
    }

    private static func texts(
        _ path: String, _ sentence: String, _ field: WritableKeyPath<Settings.Judging, [String]>, _ isRight: @escaping (String) -> Bool
    ) -> SettingsKey {
        SettingsKey(path: path, kind: .texts, sentence: sentence, get: { .texts($0.judging[keyPath: field]) }) { settings, value in
            guard case .texts(let texts) = value else { return nil }
            for text in texts where !isRight(text) { return "\"\(text)\" is not of that form" }
            settings.judging[keyPath: field] = texts
            return nil
        }
    }
    private static func networks(_ path: String, _ sentence: String, _ field: WritableKeyPath<Settings.Judging, [Network]>) -> SettingsKey {
        SettingsKey(path: path, kind: .texts, sentence: sentence, get: { .texts($0.judging[keyPath: field].map(\.description)) }) { settings, value in
            guard case .texts(let texts) = value else { return nil }
            var networks: [Network] = []
            for text in texts {
                guard let network = Network(text) else { return "\"\(text)\" is no network: write 192.0.2.0/24 or 2001:db8::/32" }
                networks.append(network)
            }
            settings.judging[keyPath: field] = networks
            return nil
        }
    }
}
