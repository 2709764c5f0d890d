package import Model

/// SEARCH as it was asked: a condition over messages, its strings still in the client's charset. (RFC 3501 §6.4.4)
package struct SearchRequest: Equatable, Sendable {
    /// nil where none was named: US-ASCII, read as UTF-8.
    package var charset: String?
    package var key: SearchKey
    package init(charset: String? = nil, _ key: SearchKey) { self.charset = charset; self.key = key }
}

package indirect enum SearchKey: Equatable, Sendable {
    package enum Field: Equatable, Sendable { case bcc, cc, from, subject, to }
    package enum Comparison: Equatable, Sendable { case before, on, since }
    case all
    case and([SearchKey])
    case or(SearchKey, SearchKey)
    case not(SearchKey)
    case sequence(SequenceSet)
    case uid(SequenceSet)
    /// One bit.
    case flag(Flags)
    case keyword(String)
    case recent
    /// Days since 1970-01-01, of INTERNALDATE or of the Date field.
    case date(Comparison, Int64)
    case sentDate(Comparison, Int64)
    case larger(Int64)
    case smaller(Int64)
    case field(Field, [UInt8])
    case header(name: [UInt8], [UInt8])
    case body([UInt8])
    case text([UInt8])
}
