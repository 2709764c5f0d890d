import SMTPCodec

/// RSET: the transaction is forgotten, nothing else. (RFC 5321 §4.1.1.5)
extension SMTPMachine {
    mutating func reset() -> Action {
        endTransaction()
        return .reply(Reply(250, "2.0.0", "Ok"))
    }
}
