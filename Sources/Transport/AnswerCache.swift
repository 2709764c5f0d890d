import Model
import DNSCodec

/// What is asked: a name in its normal form, and a type.
struct Question: Hashable, Sendable {
    let name: String
    let type: RecordType
}

/// Answers, and failures, for as long as they say and within bounds. Knows instants, no clock.
struct AnswerCache {
    enum Limits {
        static let entries = 20_000
        /// Octets of all entries together, as counted by `cost`.
        static let octets = 16 << 20
        /// Longest life of an answer. (RFC 8767 §4 names a week as too much; a day is enough to spare the servers)
        static let lifetime = 86_400
        /// The same for "there is none". (RFC 2308 §5)
        static let negative = 3_600
        /// Nobody asks again at once after a failure. (RFC 2308 §7)
        static let failure = 5
    }
    typealias Outcome = Result<DNSAnswer, LookUpFailure>
    private struct Entry { var outcome: Outcome; var until: ContinuousClock.Instant; var cost: Int }
    private var entries: [Question: Entry] = [:]
    private(set) var octets = 0
    var count: Int { entries.count }

    /// The lifetime of the answer is what is left of it.
    mutating func outcome(of question: Question, at now: ContinuousClock.Instant) -> Outcome? {
        guard let entry = entries[question] else { return nil }
        guard now < entry.until else {
            remove(question)
            return nil
        }
        return entry.outcome.map { answer in
            var answer = answer
            answer.lifetime = Int(clamping: now.duration(to: entry.until).components.seconds)
            return answer
        }
    }
    mutating func remember(_ outcome: Outcome, of question: Question, at now: ContinuousClock.Instant) {
        let seconds =
            switch outcome {
            case .success(let answer): min(answer.lifetime, answer.records.isEmpty ? Limits.negative : Limits.lifetime)
            case .failure(.badName): 0
            case .failure: Limits.failure
            }
        remove(question)
        guard seconds > 0 else { return }
        let cost = Self.cost(question, outcome)
        if entries.count >= Limits.entries || octets + cost > Limits.octets { makeRoom(at: now, for: cost) }
        entries[question] = Entry(outcome: outcome, until: now + .seconds(seconds), cost: cost)
        octets += cost
    }
    private mutating func remove(_ question: Question) {
        guard let entry = entries.removeValue(forKey: question) else { return }
        octets -= entry.cost
    }
    /// What is over goes first, then an eighth of the rest, whichever the table names first: its order is another in every process.
    private mutating func makeRoom(at now: ContinuousClock.Instant, for cost: Int) {
        for (question, entry) in entries where entry.until <= now { remove(question) }
        for question in Array(entries.keys) {
            if entries.count < Limits.entries * 7 / 8, octets + cost < Limits.octets * 7 / 8 { return }
            remove(question)
        }
    }
    private static func cost(_ question: Question, _ outcome: Outcome) -> Int {
        guard case .success(let answer) = outcome else { return 256 + question.name.utf8.count }
        return answer.records.reduce(256 + 2 * question.name.utf8.count) { $0 + 64 + $1.octets }
    }
}

extension RecordData {
    /// About the memory beyond the value itself.
    fileprivate var octets: Int {
        switch self {
        case .a(let text), .aaaa(let text), .ptr(let text), .cname(let text), .ns(let text): text.utf8.count
        case .mx(_, let text), .srv(_, _, _, let text): text.utf8.count
        case .txt(let data), .other(let data): data.count
        case .tlsa(let record): record.data.count
        }
    }
}
