import Delivery
import SMTPCodec

/// DATA: the message itself, and what became of it. (RFC 5321 §4.1.1.4)
extension SMTPMachine {
    mutating func data() -> Action {
        guard let transaction, !transaction.recipients.isEmpty else { return refuse(Reply(554, "5.5.1", "No valid recipients")) }
        state = .data
        return .collect(Reply(354, nil, "End data with <CR><LF>.<CR><LF>"))
    }

    /// The data has ended, or there is no place to put it.
    mutating func endData(_ end: DataEnd) -> Action {
        switch end {
        case .complete: return perform(.accept)
        // RFC 5321 §2.3.8; what two readers may read differently is nobody's message. (threat T1)
        case .malformed: endTransaction(); return refuse(Reply(554, "5.6.0", "Message refused: it has CR or LF alone (RFC 5321 2.3.8)"))
        case .tooLarge: endTransaction(); return refuse(Self.tooLarge(settings.messageSize))
        // The spool found no room. (RFC 5321 §4.2.3)
        case .trouble: endTransaction(); return refuse(ReplyFor.message(.full))
        }
    }

    mutating func finishData(_ outcome: Outcome) -> Action {
        endTransaction()
        switch outcome {
        case .accepted(let trace):
            forgive()
            return .reply(Reply(250, "2.0.0", "Ok: queued as \(trace)"))
        case .refused(let failure): return refuse(ReplyFor.message(failure))
        default: return refuse(Self.trouble)
        }
    }
}
