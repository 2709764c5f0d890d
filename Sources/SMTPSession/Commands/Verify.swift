import SMTPCodec

/// VRFY and EXPN: nobody is told who lives here before mail is sent. (RFC 5321 §3.5.3, §7.3)
extension SMTPMachine {
    mutating func verify() -> Action { .reply(Reply(252, "2.5.0", "Cannot say; send mail and see")) }
    mutating func expand() -> Action { refuse(Reply(502, "5.5.1", "Lists are not shown")) }
}
