/// Parts of a document that are written apart and joined: what stands before a part may depend on how it ended. (MS-ASCMD §2.2.3.116)
extension TokenWriter {
    /// Takes in all that another writer wrote. Both must have closed what they opened in it.
    package mutating func append(fragment other: TokenWriter) {
        precondition(other.depth == 0, "a fragment with an open element")
        let header = 4
        guard other.count > header else { return }
        reserve(other.count - header + 2)
        // A document begins on page 0, and so does the fragment.
        if page != 0 {
            storage[count] = GlobalToken.switchPage
            storage[count + 1] = 0
            count += 2
        }
        storage.replaceSubrange(count..<(count + other.count - header), with: other.storage[header..<other.count])
        count += other.count - header
        page = other.page
    }
    /// Nothing has been written but the header.
    package var isEmpty: Bool { count <= 4 }
}
