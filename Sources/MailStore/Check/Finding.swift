/// Something in the store that is not as Schema.swift says it must be.
package struct Finding: Sendable, Equatable, CustomStringConvertible {
    /// The number of the broken invariant in Schema.swift.
    package let invariant: Int
    package let words: String
    package init(invariant: Int, words: String) { self.invariant = invariant; self.words = words }
    package var description: String { "[\(invariant)] \(words)" }
}

/// How much is looked at. Each level includes the ones before it.
package enum CheckDepth: Int, Sendable {
    /// Every invariant but digests; SQLite's quick_check.
    case quick
    /// SQLite's integrity_check, which also compares every index with its table.
    case normal
    /// The digest of every content.
    case everything
}

/// Where a check is: step `done` of `steps` begins.
package struct CheckProgress: Sendable {
    package let done: Int
    package let steps: Int
    package let what: String
}
