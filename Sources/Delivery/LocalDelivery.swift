import MailStore
import Model

/// One item for each account's INBOX, one content for all of them. Inside the caller's transaction: all or nothing.
enum LocalDelivery {
    struct Made {
        var items: [ItemID] = []
        var content: ContentID?
        var junk = 0
        /// "INBOX", "Junk", or how many went to each.
        var places: String {
            let inbox = items.count - junk
            return items.isEmpty ? "" : junk == 0 ? "INBOX" : inbox == 0 ? "Junk" : "INBOX:\(inbox),Junk:\(junk)"
        }
    }

    /// `.notFound` when an account has gone or has no INBOX. Junk goes to the folder of that role where there is one.
    static func deliver(
        _ item: NewItem, to accounts: [AccountID], isJunk: Bool = false, in transaction: WriteTransaction
    ) throws -> Made {
        var item = item
        var made = Made()
        made.items.reserveCapacity(accounts.count)
        for account in accounts {
            guard let inbox = try transaction.folder(of: account, role: .inbox) else { throw StoreError.notFound }
            let junk = isJunk ? try transaction.folder(of: account, role: .junk) : nil
            let state = try transaction.append(item, to: junk?.id ?? inbox.id)
            // The second recipient shares what the first has stored.
            item.content = .existing(state.content)
            made.content = state.content
            made.items.append(state.id)
            if junk != nil { made.junk += 1 }
        }
        return made
    }
}
