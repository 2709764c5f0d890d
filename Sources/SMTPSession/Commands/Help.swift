import SMTPCodec

/// HELP. (RFC 5321 §4.1.1.8)
extension SMTPMachine {
    mutating func help() -> Action { .reply(Reply(214, "2.0.0", "EHLO HELO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY QUIT; see RFC 5321")) }
}
