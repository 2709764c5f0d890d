extension IMAPSession {
    /// RFC 3501 §6.4.1: every change has been synced before it was answered; there is nothing left to do.
    func check() -> Completion { .ok("CHECK completed") }
}
