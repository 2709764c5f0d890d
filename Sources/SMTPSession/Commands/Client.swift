import SessionKit
import SMTPCodec

/// XCLIENT: a proxy that speaks SMTP says whose words it passes on. (Postfix's XCLIENT_README)
extension SMTPMachine {
    /// Only who was listed when it connected; who it has named since makes no difference.
    var offersClient: Bool { settings.believesClient(connectedFrom) }

    mutating func client(_ command: Command) -> Action {
        guard case .client(let attributes) = command else { return refuse(CommandError.unknownCommand.reply) }
        guard offersClient else { return refuse(Reply(550, "5.7.0", "XCLIENT is not for you")) }
        var address = peer.address, port = peer.port, name: String?
        for attribute in attributes {
            let value = attribute.value
            switch attribute.name {
            case "ADDR":
                if Self.isUnavailable(value) { continue }
                let text = value.uppercased().hasPrefix("IPV6:") ? String(value.dropFirst(5)) : value
                guard let known = Peer.address(text) else { return refuse(Reply(501, "5.5.4", "XCLIENT: bad ADDR")) }
                address = known
            case "PORT":
                if Self.isUnavailable(value) { continue }
                guard let number = Int(value), (0...65_535).contains(number) else { return refuse(Reply(501, "5.5.4", "XCLIENT: bad PORT")) }
                port = number
            case "LOGIN": name = Self.isUnavailable(value) ? nil : value
            // What the client is called is looked up by nobody here, and its EHLO comes again.
            case "NAME", "PROTO", "HELO": continue
            default: return refuse(Reply(501, "5.5.4", "XCLIENT: unknown attribute"))
            }
        }
        endTransaction()
        state = .connected
        clientName = ""
        isExtended = false
        logIn = nil
        peer = Peer(address: address, port: port)
        return name.map { perform(.identify($0)) } ?? .reply(greeting)
    }
    /// Its name is the proxy's word; whether there is such a user is ours to know.
    mutating func finishClient(_ outcome: Outcome) -> Action {
        switch outcome {
        case .user(let user?):
            logIn = user
            return .reply(greeting)
        case .user(nil): return refuse(Reply(501, "5.5.4", "XCLIENT: nobody of that LOGIN here"))
        case .limited: return close(Reply(421, "4.7.0", "Too many connections of this user"))
        default: return refuse(Self.trouble)
        }
    }
    private static func isUnavailable(_ value: String) -> Bool { ["[UNAVAILABLE]", "[TEMPUNAVAIL]"].contains(value.uppercased()) }
}
