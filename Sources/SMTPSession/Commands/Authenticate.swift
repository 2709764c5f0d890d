import Bytes
import Directory
import SMTPCodec

/// AUTH: one SASL exchange; the steps are Directory's. (RFC 4954)
extension SMTPMachine {
    mutating func authenticate(_ command: Command) -> Action {
        guard case .authenticate(let mechanism, let response) = command else { return refuse(CommandError.unknownCommand.reply) }
        if logIn != nil { return refuse(Reply(503, "5.5.1", "Already logged in")) }
        guard mechanisms.contains(mechanism) else {
            // RFC 4954 §6: 538 where TLS would help.
            if !allowsPlaintext { return refuse(Reply(538, "5.7.11", "Log-in needs TLS first")) }
            return refuse(Reply(504, "5.5.4", "Mechanism not available"))
        }
        state = .exchange
        return perform(.authenticate(mechanism: mechanism, response: response))
    }

    /// A line of the exchange.
    mutating func receiveResponse(_ line: [UInt8], isPipelined: Bool) -> Action {
        if isPipelined { return close(Reply(503, "5.5.1", "Improper pipelining")) }
        do throws(CommandError) {
            return perform(.respond(try CommandParser.response(line)))
        } catch {
            return endExchange(error.reply)
        }
    }
    /// A line above the limit. (RFC 4954 §4: 500)
    mutating func receiveOverlongResponse() -> Action { endExchange(Reply(500, "5.5.6", "Response too long")) }

    mutating func finishAuthentication(_ outcome: Outcome) -> Action {
        if outcome == .limited { return close(Reply(421, "4.7.0", "Too many connections of this user")) }
        guard case .authentication(let answer) = outcome else { return endExchange(Reply(454, "4.7.0", "Temporary trouble, please try again later")) }
        switch answer {
        case nil: return endExchange(Reply(504, "5.5.4", "Mechanism not available"))
        case .challenge(let bytes): return .reply(Reply(334, nil, Base64.encodeText(bytes)))
        case .success(let user):
            state = .greeted
            logIn = user
            return .reply(Reply(235, "2.7.0", "Welcome"))
        case .failure(let failure):
            if failure != .cancelled, failure != .tryLater { logInFailures += 1 }
            return endExchange(ReplyFor.logIn(failure))
        }
    }

    private mutating func endExchange(_ reply: Reply) -> Action {
        state = .greeted
        if logInFailures >= settings.logInFailures { return close(Reply(421, "4.7.0", "Too many failed log-ins")) }
        return refuse(reply)
    }
}
