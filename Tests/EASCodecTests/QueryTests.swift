import Bytes
import EASCodec
import Testing

@Suite struct QueryTests {
    @Test func readsThePlainFormInAnyOrderAndCase() throws {
        let query = try EASQuery("DeviceType=iPhone&deviceid=ApplX1&User=ann%40example.org&CMD=SmartReply&ItemId=5%3A1&CollectionId=5&SaveInSent=T&junk")
        #expect(query.command == "SmartReply")
        #expect(query.deviceId == "ApplX1")
        #expect(query.deviceType == "iPhone")
        #expect(query.user == "ann@example.org")
        #expect(query.itemId == "5:1")
        #expect(query.collectionId == "5")
        #expect(query.savesInSent)
        #expect(query.version == nil)
    }
    /// The example of MS-ASHTTP §4.3.
    @Test func readsTheBase64FormOfTheStandard() throws {
        let query = try EASQuery("jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l")
        #expect(query.command == "Sync")
        #expect(query.version == "14.0")
        #expect(query.locale == 0x0409)
        #expect(query.deviceId == "v140Device")
        #expect(query.deviceType == "SmartPhone")
        #expect(query.policyKey == nil)
    }
    static func encoded(_ id: [UInt8], key: [UInt8] = [], type: String = "T", more: [UInt8] = [], code: UInt8 = 19) -> [UInt8] {
        [141, code, 9, 4, UInt8(id.count)] + id + [UInt8(key.count)] + key + [UInt8(type.utf8.count)] + Array(type.utf8) + more
    }
    static func form(_ bytes: [UInt8]) -> String { Base64.encodeText(bytes) }

    @Test func readsKeyParametersAndEveryWayOfWritingBase64() throws {
        let bytes = Self.encoded(Array("~?>~?>~?>~?>~".utf8), key: [1, 2, 3, 4], more: [7, 1, 3, 1, 1, 0x35, 99, 2, 0, 0, 8, 3, 0x61, 0x6E, 0x6E])
        let text = Self.form(bytes)
        #expect(text.contains("+") || text.contains("/"))
        let escaped = text.map { "+/=".contains($0) ? "%" + Hex.encode([$0.asciiValue ?? 0]) : String($0) }.joined()
        for form in [text, Base64.encodeURL(bytes), escaped] {
            let query = try EASQuery(form)
            #expect(query.command == "ItemOperations")
            #expect(query.policyKey == 0x0403_0201)
            #expect(query.savesInSent)
            #expect(query.acceptsMultipart)
            #expect(query.collectionId == "5")
            #expect(query.user == "ann")
        }
    }
    @Test func aBinaryDeviceIdIsItsHexadecimal() throws {
        #expect(try EASQuery(Self.form(Self.encoded([0, 255] + Array(repeating: 0x41, count: 14)))).deviceId == "00FF" + String(repeating: "41", count: 14))
    }
    static let refused: [(String, EASQuery.Failure)] = [
        ("", .commandMissing), ("User=a&DeviceId=x&DeviceType=y", .malformed), ("Cmd=&DeviceId=x&DeviceType=y", .commandMissing),
        ("Cmd=Sync&DeviceType=y", .deviceId), ("Cmd=Sync&DeviceId=x", .deviceType), ("Cmd=Sync&DeviceId=&DeviceType=y", .deviceId),
        ("Cmd=Sync&DeviceId=\(String(repeating: "a", count: 33))&DeviceType=y", .deviceId),
        ("Cmd=Sync&DeviceId=a%00b&DeviceType=y", .deviceId), ("Cmd=Sync&DeviceId=a%0D%0Ab&DeviceType=y", .deviceId),
        ("Cmd=Sync&DeviceId=%C3%BC&DeviceType=y", .deviceId), ("Cmd=Sync&DeviceId=%FF&DeviceType=y", .deviceId),
        ("Cmd=Sync&DeviceId=a%20b&DeviceType=y", .deviceId), ("Cmd=Sync&DeviceId=a%4&DeviceType=y", .malformed), ("Cmd=Sync&DeviceId=a%zz&DeviceType=y", .malformed),
        ("Cmd=Sync&DeviceId=a&DeviceType=\(String(repeating: "y", count: 65))", .deviceType),
        ("Cmd=Sync&DeviceId=a&DeviceType=y&User=\(String(repeating: "y", count: 1025))", .malformed),
        ("!!!!", .malformed), ("jAAJ", .malformed), (form(encoded([])), .deviceId), (form(encoded(Array(repeating: 0x41, count: 33))), .deviceId),
        (form(encoded(Array(repeating: 0xFF, count: 17))), .deviceId), (form(encoded([65], key: [1, 2])), .malformed), (form(encoded([65], code: 24)), .commandUnknown),
        (form(encoded([65], more: [1, 255, 0])), .malformed), (form(encoded([65], type: "a b")), .deviceType),
    ]
    @Test(arguments: Self.refused) func refuses(_ query: String, _ failure: EASQuery.Failure) {
        #expect(throws: failure) { try EASQuery(query) }
    }
    @Test func everyPrefixOfABase64FormIsRefusedOrRead() {
        let bytes = Self.encoded(Array("device".utf8), key: [1, 2, 3, 4], more: [1, 1, 0x35])
        for count in 0..<(bytes.count - 3) { #expect(throws: EASQuery.Failure.self) { try EASQuery(Self.form(Array(bytes.prefix(count)))) } }
    }
}
