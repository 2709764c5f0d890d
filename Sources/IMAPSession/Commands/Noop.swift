extension IMAPSession {
    /// RFC 3501 §6.1.2: what is new is told before the tagged answer, as with every command.
    func noop() -> Completion { .ok("NOOP completed") }
}
