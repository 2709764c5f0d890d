/// Where a service listens, as written in the settings. Numeric addresses alone: no name look-up at start.
enum ListenAddress: Equatable, Sendable {
    /// host is "" for every address of both families.
    case tcp(host: String, port: Int)
    case unix(path: String)
    case systemd(name: String)

    static func parse(_ text: String) throws(TransportError) -> [ListenAddress] {
        if text.hasPrefix("unix:"), text.utf8.count > 5 { return [.unix(path: String(text.dropFirst(5)))] }
        if text.hasPrefix("systemd:"), text.utf8.count > 8 { return [.systemd(name: String(text.dropFirst(8)))] }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else {
            throw .badAddress(text)
        }
        let host = text[..<colon]
        switch host {
        case "", "*": return [.tcp(host: "", port: port)]
        case "localhost": return [.tcp(host: "127.0.0.1", port: port)]
        default: break
        }
        if host.hasPrefix("["), host.hasSuffix("]"), host.contains(":") { return [.tcp(host: String(host.dropFirst().dropLast()), port: port)] }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) else { throw .badAddress(text) }
        return [.tcp(host: String(host), port: port)]
    }
}
