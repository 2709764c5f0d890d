/// A part of a document that is written apart and joined later: what stands before it may depend on how it ended. (MS-ASCMD §2.2.3.116)
package struct TokenFragment: Sendable {
    let octets: [UInt8]
    /// The page on which it ended; it begins on page 0, as a document does.
    let page: UInt8
    package var count: Int { octets.count }
}

extension TokenWriter {
    static var header: Int { 4 }
    /// All that was written, with every element closed; nil where that is nothing but the header.
    package consuming func fragment() -> TokenFragment? {
        precondition(depth == 0, "a fragment with an open element")
        return isEmpty ? nil : TokenFragment(octets: Array(storage[Self.header..<count]), page: page)
    }
    package mutating func append(_ fragment: TokenFragment) {
        reserve(fragment.count + 2)
        if page != 0 {
            unsafe put(GlobalToken.switchPage)
            unsafe put(0)
        }
        unsafe fragment.octets.withUnsafeBufferPointer { unsafe copy($0) }
        page = fragment.page
    }
    /// Nothing has been written but the header.
    package var isEmpty: Bool { count <= Self.header }
}
