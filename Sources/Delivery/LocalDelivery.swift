import MailStore
import Model

/// One item for each account's INBOX, one content for all of them. Inside the caller's transaction: all or nothing.
enum LocalDelivery {
    /// `.notFound` when an account has gone or has no INBOX. Junk goes to the folder of that role where there is one.
    static func deliver(
        _ item: NewItem, to accounts: [AccountID], isJunk: Bool = false, in transaction: WriteTransaction
    ) throws -> (items: [ItemID], content: ContentID?) {
        var item = item
        var made: [ItemID] = []
        var content: ContentID?
        made.reserveCapacity(accounts.count)
        for account in accounts {
            guard let inbox = try transaction.folder(of: account, role: .inbox) else { throw StoreError.notFound }
            let junk = isJunk ? try transaction.folder(of: account, role: .junk) : nil
            let state = try transaction.append(item, to: junk?.id ?? inbox.id)
            // The second recipient shares what the first has stored.
            item.content = .existing(state.content)
            content = state.content
            made.append(state.id)
        }
        return (made, content)
    }
}
