// The judge of mail from strangers, as the settings want it. Judges nothing itself.
internal import DNSCodec
internal import Delivery
internal import MailStore
internal import SessionKit

extension Settings.Judging {
    /// nil without a resolver, or where nothing is to be judged.
    func judge(hostname: String, store: MailStore, resolver: (any NameResolver)?, dialer: (any Dialer)?) -> Judge? {
        guard let resolver else { return nil }
        var filters: [any MessageFilter] = []
        if !blockLists.isEmpty { filters.append(BlockLists(lists: blockLists, resolver: resolver)) }
        if greylistMinutes > 0 { filters.append(Greylisting(store: store, delay: Int64(greylistMinutes) * 60_000)) }
        if let dialer {
            filters += milters.compactMap(Self.target).map { Milter($0, dialer: dialer) }
            if let target = Self.target(rspamd) { filters.append(Rspamd(target, dialer: dialer)) }
        }
        let mode = Judge.Mode(rawValue: mode) ?? .enforce
        if mode == .off, filters.isEmpty { return nil }
        let trusted = trusted
        return Judge(resolver: resolver, hostname: hostname, mode: mode, filters: filters) { address in trusted.contains { $0.contains(address) } }
    }
    /// "127.0.0.1:8891", "[::1]:8891" or a path; nil for "".
    private static func target(_ text: String) -> DialTarget? {
        if text.hasPrefix("/") { return DialTarget(address: text, port: 0) }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        let host = text[..<colon]
        return DialTarget(address: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host), port: port)
    }
}
