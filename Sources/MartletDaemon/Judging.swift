// The judge of mail from strangers, as the settings want it. Judges nothing itself.
internal import DNSCodec
internal import Delivery
internal import MailStore

extension Settings.Judging {
    /// nil without a resolver, or where nothing is to be judged.
    func judge(hostname: String, store: MailStore, resolver: (any NameResolver)?) -> Judge? {
        guard let resolver else { return nil }
        var filters: [any MessageFilter] = []
        if !blockLists.isEmpty { filters.append(BlockLists(lists: blockLists, resolver: resolver)) }
        if greylistMinutes > 0 { filters.append(Greylisting(store: store, delay: Int64(greylistMinutes) * 60_000)) }
        let mode = Judge.Mode(rawValue: mode) ?? .enforce
        if mode == .off, filters.isEmpty { return nil }
        let trusted = trusted
        return Judge(resolver: resolver, hostname: hostname, mode: mode, filters: filters) { address in trusted.contains { $0.contains(address) } }
    }
}
