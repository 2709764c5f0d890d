package import MailStore

/// Why a message is not taken, in words for the client. (RFC 3463)
package struct Refusal: Error, Sendable, Equatable {
    /// 451: it may come again; 550: it may not.
    package var isTemporary: Bool
    /// "5.7.1"
    package var status: String
    package var words: String
    package init(isTemporary: Bool, status: String, words: String) { self.isTemporary = isTemporary; self.status = status; self.words = words }
}

/// What is to become of a message, and why.
package enum Verdict: Sendable, Equatable {
    case accept
    /// Into Junk.
    case junk(String)
    case refuse(Refusal)
    /// Taken, and thrown away: a filter's word, nobody else's.
    case discard(String)

    /// The one that asks for more. Of two that ask for the same, the first.
    func worse(_ other: Verdict) -> Verdict { other.rank > rank ? other : self }
    private var rank: Int {
        switch self {
        case .accept: 0
        case .junk: 1
        case .discard: 2
        case .refuse(let refusal): refusal.isTemporary ? 3 : 4
        }
    }
    /// For the header and the history.
    var words: String {
        switch self {
        case .accept: "accept"
        case .junk(let why): "junk; \(why)"
        case .discard(let why): "discard; \(why)"
        case .refuse(let refusal): "refuse; \(refusal.status) \(refusal.words)"
        }
    }
}

/// A message after it was judged: what is stored now, and where.
package struct Judged: Sendable {
    package var spool: Spool
    package var isJunk = false
    package var isDiscarded = false
    /// nil where nobody judged.
    package var words: String?
}
