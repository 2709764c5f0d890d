import Bytes
import CSQLite

/// Keywords of an item, as one text: sorted ignoring case, separated by spaces (which a keyword cannot have: RFC 3501 §9, flag-keyword).
enum Keywords {
    static func split(_ text: String) -> [String] { text.utf8.split(separator: 32).map { String(decoding: $0, as: UTF8.self) } }
    static func join(_ keywords: [String]) -> String? { keywords.isEmpty ? nil : keywords.joined(separator: " ") }

    /// Adds to what is there; a word that is there already, in whatever case, stays as it was first given.
    static func adding(_ more: [String], to known: [String]) -> [String] {
        if more.isEmpty { return known }
        var words: [String: String] = [:]
        for word in known + more where !word.isEmpty {
            let key = ASCII.lowercased(word)
            if words[key] == nil { words[key] = word }
        }
        return words.sorted { $0.key < $1.key }.map(\.value)
    }
    static func removing(_ less: [String], from known: [String]) -> [String] {
        if less.isEmpty || known.isEmpty { return known }
        let keys = Set(less.map(ASCII.lowercased))
        return known.filter { !keys.contains(ASCII.lowercased($0)) }
    }
    /// Those of what is there that are among the words, ignoring case.
    static func keeping(_ words: [String], of known: [String]) -> [String] {
        if words.isEmpty || known.isEmpty { return [] }
        let keys = Set(words.map(ASCII.lowercased))
        return known.filter { keys.contains(ASCII.lowercased($0)) }
    }
    static func check(_ keywords: [String]) throws(StoreError) {
        let fits = keywords.count <= Limits.keywords
            && keywords.allSatisfy { word in !word.isEmpty && word.utf8.count <= Limits.keywordLength && word.utf8.allSatisfy { $0 > 32 && $0 != 127 } }
        if !fits { throw .failed(code: SQLITE_TOOBIG, message: "too many keywords, or not a keyword") }
    }
}
