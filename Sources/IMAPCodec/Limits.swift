/// What one client may make the codec hold, count or nest. Beyond each of these the answer is BAD or BYE, never more memory. (threats T6, T7)
package enum Limits {
    /// Octets of one command without its literals, and of its literals together, before log-in.
    package static let lineBeforeLogIn = 8_192
    package static let literalsBeforeLogIn = 8_192
    /// Octets that a client may send in all before it has logged in.
    package static let sessionBeforeLogIn = 65_536
    /// The same for one command of a user who is known; APPEND's message does not count, it goes to a spool.
    package static let line = 65_536
    package static let literals = 65_536
    package static let literalsInOneCommand = 1_024
    package static let tag = 128
    /// Elements of one sequence-set.
    package static let sequenceElements = 16_384
    package static let searchDepth = 32
    package static let searchKeys = 1_024
    package static let fetchItems = 256
    package static let headerFields = 512
    /// Levels of a part number such as 1.2.3.
    package static let partDepth = 100
    /// Keywords of one command, and octets of each.
    package static let keywords = 64
    package static let keywordLength = 128
    package static let idFields = 30
    package static let statusItems = 64
    package static let enableNames = 64
    /// Octets of a mailbox name or list pattern as sent.
    package static let mailboxName = 2_048
    package static let listPattern = 512
}
