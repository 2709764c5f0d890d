import Bytes

/// Which of the results are asked for: `m-n`, both included, counted from 0. (MS-ASCMD §2.2.3.143)
struct ResultRange: Equatable {
    enum Limits {
        /// Results of one answer.
        static let results = 100
        /// The highest index that can be asked for.
        static let last = 999
    }
    enum Refusal: Error { case malformed, beyond }
    let first: Int
    let last: Int
    /// The first hundred.
    static let standard = ResultRange(first: 0, last: Limits.results - 1)

    private init(first: Int, last: Int) { (self.first, self.last) = (first, last) }
    init(_ text: String) throws(Refusal) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ (1...9).contains($0.utf8.count) && $0.utf8.allSatisfy(ASCII.isDigit) }), let first = Int(ends[0]),
            let last = Int(ends[1]), first <= last
        else { throw .malformed }
        guard first <= Limits.last else { throw .beyond }
        // More than one answer holds: fewer are given, and Range says how many.
        self.init(first: first, last: min(last, first + Limits.results - 1, Limits.last))
    }
    /// What of so many results it names; empty beyond the end.
    func indices(of count: Int) -> Range<Int> { min(first, count)..<min(last + 1, count) }
}
