import Bytes
@testable import EASCodec
import Testing

    // MS-ASAIRS_R27 MS-ASCMD_R10 MS-ASCMD_R15 MS-ASCMD_R16 MS-ASCMD_R17 MS-ASCMD_R18 MS-ASCMD_R20 MS-ASCMD_R21 MS-ASCMD_R23 MS-ASCMD_R25 MS-ASCMD_R26
    // MS-ASCMD_R27 MS-ASCMD_R28 MS-ASCMD_R30 MS-ASCMD_R31 MS-ASCMD_R434 MS-ASCMD_R436 MS-ASCMD_R438 MS-ASCMD_R505 MS-ASCMD_R564 MS-ASEMAIL_R32
    // MS-ASPROV_R24
@Suite struct CodePageTests {
    @Test(.enabled(if: SharedFiles.isPresent, "the shared tables are not beside the checkout")) func everyRowOfTheTableHasItsToken() throws {
        let rows = try SharedFiles.text("eas/wbxml-code-pages.tsv").split(separator: "\n").dropFirst().map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        #expect(rows.count > 600)
        for row in rows {
            let token = try #require(UInt8(row[2].dropFirst(2), radix: 16)), page = try #require(UInt8(row[0]))
            let tag = WBXMLTag(page: page, token: token)
            #expect(tag.namespace == row[1])
            #expect(tag.name == row[3])
            #expect(CodePage.tag(String(row[1]), String(row[3])) == tag)
        }
        #expect(CodePage.all.reduce(0) { $0 + $1.names.count { !$0.isEmpty } } == rows.count)
    }
    /// The lines `ID token SPACE TAG PAGE/0xNN` of phones/structure.txt: what the specifications say of each tag.
    @Test func everyTokenOfTheRequirements() throws {
        let text = try SharedFiles.own("Conformance/phones/structure.txt")
        var count = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 5, words[1] == "token" else { continue }
            let place = words[4].split(separator: "/").map(String.init)
            let page = try #require(UInt8(place[0])), token = try #require(UInt8(place[1].dropFirst(2), radix: 16))
            let tag = WBXMLTag(page: page, token: token)
            #expect(String(tag.namespace) == words[2], "\(words[0])")
            #expect(String(tag.name) == words[3], "\(words[0])")
            count += 1
        }
        #expect(count > 250)
    }
    @Test func pagesLieInTheirOrder() {
        #expect(CodePage.all.map { Int($0.number) } == Array(0..<26))
        #expect(CodePage.all.allSatisfy { $0.names.count <= 0x3F - 4 })
    }
    /// The constants that callers type, against the names: a slip in either would put a wrong word on the wire.
    @Test func constantsSayWhatTheyAreCalled() {
        let some: [(WBXMLTag, String)] = [
            (AirSync.syncKey, "AirSync:SyncKey"), (AirSync.class, "AirSync:Class"), (Email.mimeData, "Email:MIMEData"), (AirSyncBase.data, "AirSyncBase:Data"),
            (FolderHierarchy.displayName, "FolderHierarchy:DisplayName"), (Ping.heartbeatInterval, "Ping:HeartbeatInterval"),
            (Settings.primarySmtpAddress, "Settings:PrimarySmtpAddress"), (ComposeMail.mime, "ComposeMail:Mime"), (Email2.umCallerID, "Email2:UmCallerID"),
            (Find.picture, "Find:Picture"), (ItemOperations.emptyFolderContents, "ItemOperations:EmptyFolderContents"), (GAL.data, "GAL:Data"),
        ]
        for (tag, name) in some { #expect(tag.description == name) }
        #expect(WBXMLTag(page: 26, token: 5).description == ":")
        #expect(WBXMLTag(page: 0, token: 0x3F).name.isEmpty)
        #expect(CodePage.tag("AirSync", "") == nil)
    }
}
