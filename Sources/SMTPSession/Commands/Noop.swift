import SMTPCodec

/// NOOP. (RFC 5321 §4.1.1.9)
extension SMTPMachine {
    mutating func noop() -> Action { .reply(Reply(250, "2.0.0", "Ok")) }
}
