import Crypto
package import Model

/// One user's mailbox. `name` is the log-in name, an address in lower case.
package struct AccountRow: Sendable, Equatable {
    package enum State: Int, Sendable { case enabled = 1, disabled = 2, departing = 3 }
    package let id: AccountID
    package let name: String
    package let displayName: String
    package let state: State
    /// Bytes; nil for none.
    package let quota: Int64?
    /// Bytes of all items.
    package let used: Int64
    package let modseq: ModSeq
    package init(id: AccountID, name: String, displayName: String, state: State, quota: Int64?, used: Int64, modseq: ModSeq) {
        self.id = id; self.name = name; self.displayName = displayName; self.state = state; self.quota = quota; self.used = used; self.modseq = modseq
    }
}

/// Where mail for an address goes. An address may have several rows (a list). `address` is `MailAddress.key`; "@domain" is the catch-all.
package struct AddressRow: Sendable, Equatable {
    package enum Target: Sendable, Hashable { case account(AccountID), forward(String) }
    package let address: String
    package let target: Target
    package init(address: String, target: Target) { self.address = address; self.target = target }
}

/// A secret of an account in a form that cannot be turned back: "scrypt" hash, "SCRAM-SHA-256" keys, app password.
package struct CredentialRow: Sendable, Equatable {
    package let id: Int64
    package let account: AccountID
    package let kind: String
    package let secret: String
    /// "" for the account's own password; an app password has a name.
    package let label: String
    package let created: Timestamp
    /// The device that an app password belongs to since its first use.
    package let device: String
    package init(id: Int64, account: AccountID, kind: String, secret: String, label: String, created: Timestamp, device: String = "") {
        self.id = id; self.account = account; self.kind = kind; self.secret = secret; self.label = label; self.created = created; self.device = device
    }
}

package struct FolderRow: Sendable, Equatable {
    package let id: FolderID
    package let account: AccountID
    package let parent: FolderID?
    /// One level of the name; no "/", no controls.
    package let name: String
    package let itemClass: ItemClass
    package let role: FolderRole?
    package let isSubscribed: Bool
    package let uidValidity: UInt32
    package let uidNext: UID
    /// When it was made, and when its name, parent or role last changed (FolderSync's position).
    package let created: ModSeq
    package let changed: ModSeq
    /// Highest modseq of anything in the folder (HIGHESTMODSEQ).
    package let modseq: ModSeq
    /// Positions below this cannot be answered with `gone` rows any more: they were pruned.
    package let goneFloor: ModSeq
    package let total: Int
    package let unseen: Int
    package let size: Int64
    package init(
        id: FolderID, account: AccountID, parent: FolderID?, name: String, itemClass: ItemClass, role: FolderRole?, isSubscribed: Bool,
        uidValidity: UInt32, uidNext: UID, created: ModSeq, changed: ModSeq, modseq: ModSeq, goneFloor: ModSeq, total: Int, unseen: Int, size: Int64
    ) {
        self.id = id; self.account = account; self.parent = parent; self.name = name; self.itemClass = itemClass; self.role = role
        self.isSubscribed = isSubscribed; self.uidValidity = uidValidity; self.uidNext = uidNext; self.created = created; self.changed = changed
        self.modseq = modseq; self.goneFloor = goneFloor; self.total = total; self.unseen = unseen; self.size = size
    }
}

/// What changes about an item, without its summary: the row of change feeds, views and flag answers.
package struct ItemState: Sendable, Equatable {
    package let id: ItemID
    package let uid: UID
    package let flags: Flags
    /// Sorted, without duplicates (compared ignoring ASCII case, kept as first given).
    package let keywords: [String]
    /// When it came into this folder (by delivery, append, copy or move).
    package let created: ModSeq
    /// Last change of anything.
    package let modseq: ModSeq
    /// Last change of the content itself (a draft saved anew, an event edited); equals `created` for mail that never changed.
    package let contentModseq: ModSeq
    /// When \Seen last changed after the item had come into this folder; zero for never. A phone is sent what changed and no more.
    package let seenModseq: ModSeq
    /// The same of \Flagged, `flagCompleted` and what is kept about the flag in the item's properties.
    package let flaggedModseq: ModSeq
    /// The same of all other flags, of keywords, and of all other properties.
    package let marksModseq: ModSeq
    /// INTERNALDATE; ActiveSync's DateReceived and FilterType.
    package let date: Timestamp
    package let size: Int64
    package let content: ContentID
    package let thread: ThreadID
    package init(
        id: ItemID, uid: UID, flags: Flags, keywords: [String], created: ModSeq, modseq: ModSeq, contentModseq: ModSeq,
        seenModseq: ModSeq, flaggedModseq: ModSeq, marksModseq: ModSeq, date: Timestamp, size: Int64, content: ContentID, thread: ThreadID
    ) {
        self.id = id; self.uid = uid; self.flags = flags; self.keywords = keywords; self.created = created; self.modseq = modseq
        self.contentModseq = contentModseq; self.seenModseq = seenModseq; self.flaggedModseq = flaggedModseq; self.marksModseq = marksModseq
        self.date = date; self.size = size; self.content = content; self.thread = thread
    }
}

/// An item with its summary: one row of a list view.
package struct ItemRow: Sendable, Equatable {
    package let state: ItemState
    package let folder: FolderID
    /// The blob that MIMECodec (or another codec) made at ingest; empty where it was not asked for.
    package let summary: [UInt8]
    /// What a class keeps about an item besides its flags (categories, a flag's dates), in Groupware's own form; empty for nearly all.
    package let properties: [UInt8]
    package init(state: ItemState, folder: FolderID, summary: [UInt8], properties: [UInt8] = []) {
        self.state = state; self.folder = folder; self.summary = summary; self.properties = properties
    }
}

/// What has left a folder, by expunge or move.
package struct GoneRow: Sendable, Equatable {
    package let item: ItemID
    package let uid: UID
    package let modseq: ModSeq
    /// When it had come into the folder, and its date: tells whether a device ever had it.
    package let created: ModSeq
    package let date: Timestamp
    /// The folder it moved to; nil for expunged.
    package let movedTo: FolderID?
    package init(item: ItemID, uid: UID, modseq: ModSeq, created: ModSeq, date: Timestamp, movedTo: FolderID?) {
        self.item = item; self.uid = uid; self.modseq = modseq; self.created = created; self.date = date; self.movedTo = movedTo
    }
}

/// An item to be added to a folder.
package struct NewItem: Sendable {
    package enum Content: Sendable { case bytes([UInt8]), spooled(Spool), existing(ContentID) }
    package var content: Content { didSet { digest = nil } }
    /// Belongs to the content: where a content of these octets is there already (in folders of the same class), its summary stays.
    package var summary: [UInt8]
    /// SHA-256 of the octets, made here so that the writer's thread need not; nil where they are in the store already.
    private(set) var digest: [UInt8]?
    package var flags: Flags = []
    package var keywords: [String] = []
    package var date: Timestamp
    /// Hashes of Message-ID (first), In-Reply-To and References: an item that shares one with another of its account joins its thread.
    package var threadKeys: [Int64] = []
    package init(content: Content, summary: [UInt8], date: Timestamp) {
        self.content = content; self.summary = summary; self.date = date
        digest = try? content.computeDigest()
    }
}

extension NewItem.Content {
    func computeDigest() throws -> [UInt8] {
        switch self {
        case .bytes(let bytes): return Digest.sha256(bytes)
        case .spooled(let spool):
            var digest = Digest(.sha256)
            try unsafe spool.forEachPiece(of: Limits.pieceSize) { _, bytes throws(StoreError) in
                digest.update(unsafe bytes.assumingMemoryBound(to: UInt8.self).span)
            }
            return digest.finish()
        case .existing: throw StoreError.notFound
        }
    }
}

/// A handheld of an account. `identifier` is what the phone calls itself. (MS-ASHTTP §2.2.1.1.1.2.3)
package struct DeviceRow: Sendable, Equatable {
    package enum State: Int, Sendable { case allowed = 1, blocked = 2, quarantined = 3 }
    package var id: DeviceID
    package var account: AccountID
    package var identifier: String
    package var type: String
    package var state: State
    package var userAgent: String
    package var protocolVersion: String
    package var policyKey: UInt32
    /// Settings DeviceInformation by element name: Model, IMEI, FriendlyName, OS …
    package var information: [String: String]
    /// What Ping and Sync remember between requests, in the session's own form.
    package var remembered: [UInt8]
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp
    package var control = Control()

    /// An order to wipe, and how far it has come. `id` is random: what a device acknowledges is this order and no other. (threat T35)
    package struct Wipe: Sendable, Equatable {
        package enum Kind: Int, Sendable { case account = 1, full = 2 }
        package enum Stage: Int, Sendable { case asked = 1, told = 2, done = 3, failed = 4 }
        package let id: Int64
        package var kind: Kind
        package var stage: Stage
        package var time: Timestamp
        package init(id: Int64, kind: Kind, stage: Stage, time: Timestamp) { self.id = id; self.kind = kind; self.stage = stage; self.time = time }
        /// The device has yet to do it.
        package var isPending: Bool { stage != .done }
    }
    /// What the administrator has said of a device, and where its policy stands.
    package struct Control: Sendable, Equatable {
        /// The administrator's name for it; "" for none.
        package var name = ""
        /// The highest version it may speak, "14.1"; "" for any.
        package var ceiling = ""
        /// Waits to be acknowledged, with the revision it was sent with (0: was acknowledged). (MS-ASPROV §3.2.5.1)
        package var pendingKey: UInt32 = 0
        package var pendingRevision: Int64 = 0
        /// The policy for which `policyKey` stands.
        package var policyRevision: Int64 = 0
        /// Need not provision.
        package var isExempt = false
        package var wipe: Wipe?
        /// Number of the credential that it used last.
        package var credential: Int64 = 0
        package var recordedUntil = Timestamp(rawValue: 0)
        package init() {}
        /// A device that waits is to be asked again whether it may.
        func shutsOut(_ next: Control) -> Bool { wipe != next.wipe || isExempt != next.isExempt || ceiling != next.ceiling }
    }
    package init(
        id: DeviceID, account: AccountID, identifier: String, type: String, state: State, userAgent: String, protocolVersion: String, policyKey: UInt32,
        information: [String: String], remembered: [UInt8], firstSeen: Timestamp, lastSeen: Timestamp
    ) {
        self.id = id; self.account = account; self.identifier = identifier; self.type = type; self.state = state; self.userAgent = userAgent
        self.protocolVersion = protocolVersion; self.policyKey = policyKey; self.information = information; self.remembered = remembered
        self.firstSeen = firstSeen; self.lastSeen = lastSeen
    }
}

/// A line of what was done to devices.
package struct DeviceEventRow: Sendable, Equatable {
    package let time: Timestamp
    package let user: String
    package let device: String
    package let event: String
    package let detail: String
}

/// Where one device stands in one folder (nil: the folder list). Both positions are the sync engine's own form. (store.md §3)
package struct SyncStateRow: Sendable, Equatable {
    package var device: DeviceID
    package var folder: FolderID?
    /// The key last given out, and the one before it, which stays valid until the new one is used.
    package var key: Int64
    package var previousKey: Int64
    /// The lowest account counter that either position still needs: `gone` rows above it must stay.
    package var modseq: ModSeq
    package var position: [UInt8]
    package var previousPosition: [UInt8]
    /// What the last request with client changes brought about (ClientId → ServerId …), for a replay of `previousKey`.
    package var lastOutcome: [UInt8]
    package init(
        device: DeviceID, folder: FolderID?, key: Int64, previousKey: Int64, modseq: ModSeq, position: [UInt8], previousPosition: [UInt8], lastOutcome: [UInt8]
    ) {
        self.device = device; self.folder = folder; self.key = key; self.previousKey = previousKey; self.modseq = modseq
        self.position = position; self.previousPosition = previousPosition; self.lastOutcome = lastOutcome
    }
}
