import MailStore
import Model

/// One item for each account's INBOX, one content for all of them. Inside the caller's transaction: all or nothing.
enum LocalDelivery {
    /// `.notFound` when an account has gone or has no INBOX.
    static func deliver(_ item: NewItem, to accounts: [AccountID], in transaction: WriteTransaction) throws -> (items: [ItemID], content: ContentID?) {
        var item = item
        var made: [ItemID] = []
        var content: ContentID?
        made.reserveCapacity(accounts.count)
        for account in accounts {
            guard let inbox = try transaction.folder(of: account, role: .inbox) else { throw StoreError.notFound }
            let state = try transaction.append(item, to: inbox.id)
            // The second recipient shares what the first has stored.
            item.content = .existing(state.content)
            content = state.content
            made.append(state.id)
        }
        return (made, content)
    }
}
