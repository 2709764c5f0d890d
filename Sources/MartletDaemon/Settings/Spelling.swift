// How far two words are apart: insertions, deletions, replacements and swaps. For "did you mean". Pure.

enum Spelling {
    /// Damerau-Levenshtein, restricted form. Quadratic: the caller's words are short, longer ones are cut.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8.prefix(100)), b = Array(b.utf8.prefix(100))
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var rows = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { rows[i][0] = i }
        for j in 0...b.count { rows[0][j] = j }
        for i in 1...a.count {
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                var best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
                rows[i][j] = best
            }
        }
        return rows[a.count][b.count]
    }
}
