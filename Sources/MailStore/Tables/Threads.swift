import Model

extension WriteTransaction {
    /// The thread of a new item: that of the first of its keys which the account has seen, else a new one, named after the item. All its keys then lead to
    /// that thread. Threads are never joined later: an item's THREADID does not change. (RFC 8474 §5.3)
    func thread(of item: ItemID, keys: [Int64], in account: AccountID) throws(StoreError) -> ThreadID {
        let keys = keys.prefix(Limits.threadKeys)
        var thread: ThreadID?
        for key in keys {
            thread = try sql("SELECT thread FROM thread_key WHERE account = :account AND key = :key").first(account, key) { ThreadID($0.int64(0)) }
            if thread != nil { break }
        }
        let chosen = thread ?? ThreadID(item.rawValue)
        for key in keys {
            try sql("INSERT OR IGNORE INTO thread_key(account, key, thread) VALUES (:account, :key, :thread)").run(account, key, chosen)
        }
        return chosen
    }
}
