/// What SMTP to and from the world needs: the queue, keys that sign, greylisting, and stored keys for SCRAM.
enum Migration0002 {
    static let statements = queue + signing + scram
}
