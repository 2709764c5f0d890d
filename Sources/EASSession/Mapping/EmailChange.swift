import EASCodec

/// A client's change of a mail, read whole before anything of it is done: one element that says nothing sound refuses them all.
/// (MS-ASEMAIL §3.1.5.3)
struct EmailChange {
    private(set) var isSeen: Bool?
    private(set) var flag: EmailFlag.Change?
    private(set) var categories: [String]?

    init?(_ data: WBXMLElement) {
        for child in data.children {
            switch child.tag {
            case Email.read:
                guard let value = child.content.isEmpty ? 1 : child.integer, value == 0 || value == 1 else { return nil }
                isSeen = value == 1
            case Email.flag:
                guard let change = EmailFlag.Change(child) else { return nil }
                flag = change
            case Email.categories: categories = child.all(Email.category).map(\.text).filter { !$0.isEmpty }
            // The server's alone. (MS-ASEMAIL §2.2.2.21, §2.2.2.59, §2.2.2.70, §2.2.2.83, §2.2.2.84)
            case Email2.conversationId, Email2.conversationIndex, Email2.receivedAsBcc, Email2.sender, Email2.umCallerID, Email2.umUserNotes: return nil
            default: continue
            }
        }
    }
}
