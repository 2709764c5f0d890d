import MIMECodec

/// The texts of a message, decoded to UTF-8 with CRLF line ends.
extension StoredMessage {
    func nativeBodyType() throws -> Int { EmailBody.Kind.plain }
    func plain() throws -> [UInt8] { Text.withCRLF(display.preview.utf8) }
    func html() throws -> [UInt8] { Text.withCRLF(display.preview.utf8) }
}
