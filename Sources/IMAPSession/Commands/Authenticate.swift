import Bytes
import Directory
import SessionKit

extension IMAPSession {
    /// RFC 3501 §6.2.2, with the first response in the command where the client wishes. (RFC 4959)
    func authenticate(_ mechanism: String, _ initial: [UInt8]?, _ tag: [UInt8]) async -> Completion {
        guard allowsPlaintext || !service.directory.mechanisms(plaintextAllowed: false).isEmpty else {
            return .no("Passwords need TLS", code: "PRIVACYREQUIRED")
        }
        guard
            let exchange = service.directory.exchange(
                mechanism: mechanism, service: "imap", address: line.peer.address, plaintextAllowed: allowsPlaintext,
                binding: ChannelBinding(line.security))
        else { return .no("That mechanism is not offered", code: "CANNOT") }
        self.exchange = exchange
        guard let initial else { return await answer(of: exchange, to: nil, tag) }
        // "=" is an empty response: a real one cannot be told from none otherwise. (RFC 4959 §3)
        guard let response = initial == [UInt8(ascii: "=")] ? [] : Base64.decode(initial) else { return await turnAway(.malformed) }
        return await answer(of: exchange, to: response, tag)
    }

    /// One line of the client: base64, or `*` to give up.
    func step(of tag: [UInt8], _ response: [UInt8]?) async -> Completion {
        guard let exchange else { return .bad("No authentication is in progress") }
        machine.release()
        if response == [UInt8(ascii: "*")] {
            self.exchange = nil
            return ResponseFor.failure(.cancelled)
        }
        guard let decoded = Base64.decode(response ?? []) else {
            self.exchange = nil
            return await turnAway(.malformed)
        }
        return await answer(of: exchange, to: decoded, tag)
    }

    private func answer(of exchange: SASLExchange, to response: [UInt8]?, _ tag: [UInt8]) async -> Completion {
        switch await exchange.step(response) {
        case .challenge(let challenge):
            machine.exchange(tag)
            expectLine()
            write("+ \(Base64.encodeText(challenge))\r\n")
            return .none
        case .success(let user):
            self.exchange = nil
            return welcome(user)
        case .failure(let failure):
            self.exchange = nil
            return await turnAway(failure)
        }
    }
}
