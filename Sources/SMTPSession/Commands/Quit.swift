import SMTPCodec

/// QUIT. (RFC 5321 §4.1.1.10)
extension SMTPMachine {
    mutating func quit() -> Action { close(Reply(221, "2.0.0", "Bye")) }
}
