import MartletDaemon
import Model
import Testing

@Suite struct WordsTests {
    static let moments: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_709_251_199, "2024-02-29T23:59:59Z"), (1_735_689_599, "2024-12-31T23:59:59Z"),
        (-1, "1969-12-31T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ]
    @Test(arguments: Self.moments) func moment(_ seconds: Int64, _ expected: String) { #expect(Moment.text(Timestamp(seconds: seconds)) == expected) }

    /// T41: nothing that a stranger named itself moves the cursor of an administrator's terminal.
    @Test func controlsBecomeVisible() {
        #expect(VisibleText.of("a\u{1b}[31mb\r\nc\u{202e}d\u{7f}") == "a\\u{1b}[31mb\\u{d}\\u{a}c\\u{202e}d\\u{7f}")
        #expect(VisibleText.of("Jürgen 田中 🎂") == "Jürgen 田中 🎂")
    }
}
