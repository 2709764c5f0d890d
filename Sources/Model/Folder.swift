/// What a folder holds. IMAP shows `.mail` alone, ActiveSync all of them. The raw values are stored.
package enum ItemClass: Int, Sendable, CaseIterable { case mail = 1, calendar = 2, contacts = 3, tasks = 4, notes = 5 }

/// What a folder is for (RFC 6154; MS-ASCMD §2.2.3.186.3). At most one folder of an account has each. The raw values are stored.
package enum FolderRole: Int, Sendable, CaseIterable {
    case inbox = 1, drafts = 2, sent = 3, archive = 4, junk = 5, trash = 6, outbox = 7
    case calendar = 20, contacts = 21, tasks = 22, notes = 23
}
