/// What a user marks on an item, as bits. Words that are not here are keywords, kept as text beside them. (RFC 3501 §2.3.2)
@frozen public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let seen = Flags(rawValue: 1)
    public static let answered = Flags(rawValue: 2)
    public static let flagged = Flags(rawValue: 4)
    public static let deleted = Flags(rawValue: 8)
    public static let draft = Flags(rawValue: 16)
    /// The keyword `$Forwarded` (RFC 5788), a bit because ActiveSync's LastVerbExecuted shares it.
    public static let forwarded = Flags(rawValue: 32)
    /// ActiveSync FlagStatus 1, "complete": the flag is ticked off, IMAP shows it as not flagged.
    public static let flagCompleted = Flags(rawValue: 64)
}

/// How a change of flags is meant. (RFC 3501 §6.4.6)
public enum FlagOperation: Sendable { case replace, add, remove }
