import DNSCodec
import Testing

@Suite struct RecordTests {
    @Test func typesHaveTheirNumbers() {
        #expect(RecordType.mx.rawValue == 15)
        #expect(RecordType.tlsa.rawValue == 52)
    }
}
