import MailAuthentication
import Testing

@Suite struct ResultTests {
    @Test func wordsAreThoseOfTheStandard() { #expect(CheckResult.softfail.rawValue == "softfail") }
}
