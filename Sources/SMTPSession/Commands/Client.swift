import SessionKit
import SMTPCodec

/// XCLIENT: a proxy that speaks SMTP says whose words it passes on. (Postfix's XCLIENT_README)
extension SMTPMachine {
    /// Only who was listed when it connected; who it has named since makes no difference.
    var offersClient: Bool { settings.believesClient(connectedFrom) }

    mutating func client(_ command: Command) -> Action {
        guard case .client(let attributes) = command else { return refuse(CommandError.unknownCommand.reply) }
        guard offersClient else { return refuse(Reply(550, "5.7.0", "XCLIENT is not for you")) }
        var address = peer.address, port = peer.port
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
        return .reply(greeting)
    }
    private static func isUnavailable(_ value: String) -> Bool { ["[UNAVAILABLE]", "[TEMPUNAVAIL]"].contains(value.uppercased()) }
}
