/// A version of the protocol, as MS-ASProtocolVersion names it. (MS-ASHTTP §2.2.1.1.2.6)
package enum ProtocolVersion: Int, CaseIterable, Comparable, Sendable {
    case v2_5 = 25, v12_0 = 120, v12_1 = 121, v14_0 = 140, v14_1 = 141, v16_0 = 160, v16_1 = 161

    /// "14.1".
    package var name: String { "\(rawValue / 10).\(rawValue % 10)" }
    /// nil for a name that no version has.
    package init?(_ name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    package static let all = v2_5...v16_1
}

/// What some versions have and others have not. Code asks `version.has(.conversations)` and never compares versions itself: the differences are this table.
package struct VersionFeature: Sendable {
    package let versions: ClosedRange<ProtocolVersion>
    private init(_ versions: ClosedRange<ProtocolVersion>) { self.versions = versions }
    private static func since(_ first: ProtocolVersion) -> Self { Self(first...ProtocolVersion.all.upperBound) }
    private static func until(_ last: ProtocolVersion) -> Self { Self(ProtocolVersion.all.lowerBound...last) }

    // MARK: The wire

    /// Failures that all commands share are Status 101 to 177 in the document; before, they are codes of HTTP. (MS-ASCMD §2.2.2)
    package static let commonStatus = since(.v14_0)
    /// Mail is handed in as a document of ComposeMail; before, as message/rfc822. (MS-ASCMD §2.2.1.17)
    package static let composeMail = since(.v14_0)
    /// A Sync without a body repeats the last one, and one that found nothing is answered without one. (MS-ASCMD §2.2.1.21)
    package static let emptySync = since(.v12_1)
    /// Wait, HeartbeatInterval, Limit and Partial; many collections in one Sync. (MS-ASCMD §2.2.3.201)
    package static let waitingSync = since(.v12_1)
    /// A wait in seconds, beside the one in minutes. (MS-ASCMD §2.2.3.88.2)
    package static let heartbeatInterval = since(.v14_0)
    /// A collection of an answer says its Class. (MS-ASCMD §2.2.3.27.6)
    package static let answersClass = until(.v12_0)
    /// GetItemEstimate has Class and FilterType beside the key, and its answer the Class. (MS-ASCMD §2.2.3.27.2)
    package static let estimateClass = until(.v12_1)

    /// UserInformation tells accounts and their primary address. (MS-ASCMD §2.2.3.5)
    package static let accounts = since(.v14_1)

    // MARK: What an item has

    /// Bodies in AirSyncBase; before, in the class's own page. (MS-ASAIRS §1.7)
    package static let airSyncBase = since(.v12_0)
    package static let classBodies = until(.v2_5)
    package static let flags = since(.v12_0)
    /// ConversationId, ConversationIndex, LastVerbExecuted, Categories of mail, ConversationMode, SMS, Notes. (MS-ASCON §1.7, MS-ASEMAIL §2.2.2)
    package static let conversations = since(.v14_0)
    /// BodyPart, and rights management. (MS-ASAIRS §2.2.2.10)
    package static let bodyParts = since(.v14_1)
    /// Who sent a mail on behalf of its author. (MS-ASEMAIL §2.2.2.70)
    package static let sender = since(.v14_0)
    /// Drafts are changed and sent by Sync; ClientId of attachments; Forwardees; InstanceId. (MS-ASCMD §2.2.3.7.2)
    package static let drafts = since(.v16_0)
    /// Text of a body beside another type. (MS-ASAIRS §2.2.2.35)
    package static let preview = since(.v14_0)
    /// ContentClass of mail. (MS-ASEMAIL §2.2.2.23)
    package static let contentClass = since(.v12_0)
    /// A meeting's place as a text, and its GlobalObjId; after them a structure, and Calendar:UID. (MS-ASEMAIL §2.2.2.46, §2.2.2.38)
    package static let flatMeetings = until(.v14_1)
    package static let structuredMeetings = since(.v16_0)
    /// DisallowNewTimeProposal. (MS-ASEMAIL §2.2.2.31)
    package static let timeProposals = since(.v14_0)
    /// MeetingMessageType. (MS-ASEMAIL §2.2.2.53)
    package static let meetingMessageType = since(.v14_1)
    package static let every = until(.v16_1)

    // MARK: Policies

    /// A policy is a document of the page Provision; before, it is XML of WAP in a text. (MS-ASPROV §2.2.2.43)
    package static let policyDocument = since(.v12_0)
    /// What a policy says beside passwords and attachments. (MS-ASPROV §2.2.2)
    package static let widePolicy = since(.v12_1)
    package static let documentBrowsing = VersionFeature(.v12_0 ... .v12_0)
    /// DeviceInformation stands in the first Provision. (MS-ASPROV §2.2.2.53)
    package static let informationInProvision = since(.v14_1)
    /// AccountOnlyRemoteWipe. (MS-ASPROV §2.2.2.1)
    package static let accountOnlyWipe = since(.v16_1)

    // MARK: Commands

    /// GetAttachment. (MS-ASCMD §2.2.1.7)
    package static let getAttachment = until(.v12_1)
    /// GetHierarchy: the list of folders before FolderSync had one. (MS-ASCMD §2.2.1.8)
    package static let getHierarchy = until(.v12_1)
    /// Find, account-only wipe, proposals of another time. (MS-ASCMD §2.2.1.2)
    package static let find = since(.v16_1)
}
extension ProtocolVersion {
    package func has(_ feature: VersionFeature) -> Bool { feature.versions.contains(self) }
}
