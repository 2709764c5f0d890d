/// One code page: which tokens have a name, and which. The tables themselves are in CodePages/.
package struct CodePage: Sendable {
    package let number: UInt8
    package let namespace: String
    /// By token, from 0x05 on; empty where no element has the token.
    package let names: [String]

    init(_ number: UInt8, _ namespace: String, _ names: [String]) {
        self.number = number
        self.namespace = namespace
        self.names = names
    }

    package static let all: [CodePage] = [
        AirSync.codePage, Contacts.codePage, Email.codePage, AirNotify.codePage, Calendar.codePage, Move.codePage, GetItemEstimate.codePage,
        FolderHierarchy.codePage, MeetingResponse.codePage, Tasks.codePage, ResolveRecipients.codePage, ValidateCert.codePage, Contacts2.codePage,
        Ping.codePage, Provision.codePage, Search.codePage, GAL.codePage, AirSyncBase.codePage, Settings.codePage, DocumentLibrary.codePage,
        ItemOperations.codePage, ComposeMail.codePage, Email2.codePage, Notes.codePage, RightsManagement.codePage, Find.codePage,
    ]
    /// By page, one bit for each token that has a name.
    static let knownTokens: [UInt64] = all.map { page in
        var bits: UInt64 = 0
        for (index, name) in page.names.enumerated() where !name.isEmpty { bits |= 1 << UInt64(index + 5) }
        return bits
    }
    /// The tag of that name; nil for a namespace or name that does not exist.
    package static func tag(_ namespace: String, _ name: String) -> WBXMLTag? {
        guard !name.isEmpty, let page = all.first(where: { $0.namespace == namespace }), let index = page.names.firstIndex(of: name) else { return nil }
        return WBXMLTag(page: page.number, token: UInt8(index + 5))
    }
}

extension WBXMLTag: CustomStringConvertible {
    package var name: String {
        guard Int(page) < CodePage.all.count, token >= 5, Int(token) - 5 < CodePage.all[Int(page)].names.count else { return "" }
        return CodePage.all[Int(page)].names[Int(token) - 5]
    }
    package var namespace: String { Int(page) < CodePage.all.count ? CodePage.all[Int(page)].namespace : "" }
    /// "AirSync:SyncKey"
    @usableFromInline package var description: String { "\(namespace):\(name)" }
}
