/// What a caller can do about a store that could not do as asked.
package enum StoreError: Error, Equatable {
    case notFound
    /// Taken: an account, address or folder of that name.
    case exists
    case overQuota
    /// The account has as many folders as it may have.
    case tooMany
    /// Disk full or no memory: try again later. Nothing was changed.
    case full
    /// The store is stopping.
    case closed
    /// Another process holds the store.
    case locked
    /// Made by a newer program: version found, version known. Nothing was touched.
    case newer(found: Int, known: Int)
    /// SQLite's code and words.
    case failed(code: Int32, message: String)
}
