import Model
import Testing

@Suite struct ModelTests {
    @Test func setsOfUidsMergeIntoRuns() {
        let set = UIDSet([7...9, 1...3, 4...4, 8...12, 20...20])
        #expect(set.runs == [1...4, 7...12, 20...20])
        #expect(set.count == 11)
        for value in UInt32(0)...22 {
            #expect(set.contains(UID(value)) == set.runs.contains { $0.contains(value) })
        }
        #expect(UIDSet([UID(3), UID(1), UID(2), UID(9)]).runs == [1...3, 9...9])
        #expect(UIDSet([UInt32.max...UInt32.max, 1...UInt32.max]).runs == [1...UInt32.max])
        #expect(UIDSet().isEmpty && !UIDSet().contains(UID(1)))
    }

    static let addresses: [(String, String?, String?)] = [
        ("Ann@Example.ORG", "Ann", "example.org"), ("\"a@b\"@c.d", "\"a@b\"", "c.d"), ("ann", nil, nil), ("@x", nil, nil), ("x@", nil, nil), ("", nil, nil),
    ]
    @Test(arguments: addresses) func splitsAddresses(_ text: String, _ local: String?, _ domain: String?) {
        let address = MailAddress(text)
        #expect(address?.localPart == local)
        #expect(address?.domain == domain)
    }
    @Test func oneKeyForAllSpellings() {
        #expect(MailAddress("Ann@Example.ORG")?.key == "ann@example.org")
    }
    @Test func secondsRoundDownOnBothSidesOf1970() {
        #expect(Timestamp(milliseconds: 1999).seconds == 1)
        #expect(Timestamp(milliseconds: -1).seconds == -1)
        #expect(Timestamp(milliseconds: -1000).seconds == -1)
        #expect(Timestamp(seconds: 5).rawValue == 5000)
    }
    @Test func changeSetsSayWhereToLook() {
        let set = ChangeSet(
            account: AccountID(1), modseq: ModSeq(9), changes: [Change(folder: FolderID(2), kinds: [.itemsAdded]), Change(folder: nil, kinds: .account)])
        #expect(set.touches(FolderID(2)) && !set.touches(FolderID(3)))
        #expect(set.contains(.account) && set.contains([.itemsAdded, .itemsGone]) && !set.contains(.folders))
    }
}
