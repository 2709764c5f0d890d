import Bytes
import Groupware
import IMAPCodec
import MailStore
import Model

/// One client's picture of the mailbox it has selected.
///
/// What may be announced, and when (RFC 3501 §5.5, §7.3.1, §7.4.1; RFC 2180):
/// 1. A sequence number changes only by an EXPUNGE that the client has been sent, and the last number only grows by EXISTS.
/// 2. EXPUNGE is never sent while no command is in progress (IDLE is one), nor during FETCH, STORE and SEARCH by sequence number:
///    what has gone waits in `waiting` until a command allows it. Their UID forms allow it.
/// 3. EXISTS and FETCH with new flags may be sent at any time a command is in progress.
/// 4. EXPUNGEs are sent before EXISTS, highest number first, so that each number is what it was before the others.
/// 5. A message that came and went unseen is never mentioned.
/// 6. What this session changed itself is not told to it again: `own` holds the modseqs of its changes until `position` has passed them.
struct MailboxView: Sendable {
    let folder: FolderID
    let path: FolderPath
    let isReadOnly: Bool
    private(set) var numbers: SequenceMap
    /// Everything in the folder up to this modseq is in the view or in `waiting`.
    private(set) var position: ModSeq
    /// A commit touched the folder since it was last read.
    var isStale = false
    private var own: [ModSeq] = []
    private var waiting: [UID] = []
    /// UIDs that this session was the first to be told of (or, for EXAMINE, none yet), as far as it is known.
    private var recentRuns: [ClosedRange<UInt32>] = []
    /// Keywords that the client has seen in a FLAGS answer, in lower case.
    private var knownKeywords: Set<String> = []

    init(_ opening: FolderOpening, path: FolderPath, isReadOnly: Bool, recent: RecentTable) {
        folder = opening.folder.id
        self.path = path
        self.isReadOnly = isReadOnly
        numbers = SequenceMap(opening.uids)
        position = opening.folder.modseq
        claimRecent(recent)
    }

    var count: Int { numbers.count }
    /// UIDs 1 through the last that the client knows of.
    var all: UIDSet { numbers.last.map { UIDSet([1...$0.rawValue]) } ?? UIDSet() }
    func isRecent(_ uid: UID) -> Bool { recentRuns.contains { $0.contains(uid.rawValue) } }
    var recent: UIDSet { UIDSet(recentRuns) }
    var recentCount: Int { recentRuns.isEmpty ? 0 : numbers.count(in: UIDSet(recentRuns)) }
    private mutating func claimRecent(_ recent: RecentTable) {
        guard let last = numbers.last else { return }
        let told = isReadOnly ? recent.look(folder) : recent.claim(folder, upTo: last)
        let first = max(told.rawValue, recentRuns.last?.upperBound ?? 0)
        guard first < last.rawValue else { return }
        if let run = recentRuns.last, run.upperBound == first {
            recentRuns[recentRuns.count - 1] = run.lowerBound...last.rawValue
        } else {
            recentRuns.append((first + 1)...last.rawValue)
        }
    }

    /// Remembers a change that this session made, so that it is not told of it.
    mutating func made(_ modseq: ModSeq?) {
        if let modseq, modseq > position { own.append(modseq) }
    }
    /// Whether a keyword has not been announced yet; it has, from now on.
    mutating func learn(_ keywords: [String]) -> Bool {
        var isNew = false
        for keyword in keywords where knownKeywords.insert(ASCII.lowercased(keyword)).inserted { isNew = true }
        return isNew
    }
    var keywords: [String] { knownKeywords.sorted() }

    /// Takes in what happened; writes what the client may be told now.
    mutating func take(_ news: FolderNews, allowsExpunge: Bool, recent: RecentTable, to out: inout ByteBuffer) {
        if let gone = news.gone {
            waiting += gone.filter { numbers.number(of: $0) != nil }
        } else {
            waiting = numbers.missing(from: news.present)
        }
        if allowsExpunge { announceExpunges(to: &out) }
        var arrived: [UID] = []
        var changed: [ItemState] = []
        for state in news.changed {
            if numbers.number(of: state.uid) != nil {
                if state.created <= position, !own.contains(state.modseq) { changed.append(state) }
            } else if numbers.last.map({ state.uid > $0 }) ?? true {
                arrived.append(state.uid)
            }
        }
        for uid in arrived.sorted() { numbers.append(uid) }
        if !arrived.isEmpty {
            claimRecent(recent)
            ResponseWriter.number(count, "EXISTS", to: &out)
            ResponseWriter.number(recentCount, "RECENT", to: &out)
        }
        for state in changed { announceFlags(state, to: &out) }
        position = max(position, news.folder.modseq)
        own.removeAll { $0 <= position }
        isStale = false
    }

    /// `* n FETCH (UID u FLAGS (…))` for a change that the client did not ask for.
    mutating func announceFlags(_ state: ItemState, to out: inout ByteBuffer) {
        guard let number = numbers.number(of: state.uid) else { return }
        announceKeywords(state.keywords, to: &out)
        out.append("* ")
        out.append(decimal: number)
        out.append(" FETCH (UID ")
        out.append(decimal: Int(state.uid.rawValue))
        out.append(" FLAGS ")
        ResponseWriter.flags(state.flags, state.keywords, isRecent: isRecent(state.uid), to: &out)
        out.append(")\r\n")
    }
    /// A FLAGS answer where there is a keyword that the client has not been told of. (RFC 3501 §7.2.6)
    mutating func announceKeywords(_ keywords: [String], to out: inout ByteBuffer) {
        if !keywords.isEmpty, learn(keywords) { writeFlags(to: &out) }
    }
    func writeFlags(to out: inout ByteBuffer) {
        out.append("* FLAGS ")
        ResponseWriter.flags(FlagList.visible, keywords, to: &out)
        out.append("\r\n")
    }

    /// UIDs (ascending) that this session has just expunged or moved away.
    mutating func expunge(_ uids: [UID], to out: inout ByteBuffer) {
        waiting += uids
        announceExpunges(to: &out)
    }
    private mutating func announceExpunges(to out: inout ByteBuffer) {
        guard !waiting.isEmpty else { return }
        let numbers = numbers.remove(waiting.sorted())
        waiting.removeAll()
        for number in numbers.reversed() { ResponseWriter.number(number, "EXPUNGE", to: &out) }
    }
    /// Something has gone that the client has not been told yet.
    var hasWaiting: Bool { !waiting.isEmpty }
}
