import Outbound
import Testing

@Suite struct OutboundSettingsTests {
    @Test func theWorldListensOnPort25() { #expect(OutboundSettings(hostname: "mx.example").port == 25) }
}
