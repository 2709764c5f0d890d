import Logging
import Telemetry
import Testing

@Suite struct LogTests {
    /// Threat T41: what a client says cannot forge a line or drive a terminal.
    static let words: [(String, String)] = [
        ("plain-word", "plain-word"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""), ("x\r\ninfo forged", "\"x\\r\\ninfo forged\""),
        ("\u{1b}[2J", "\"\\u{1b}[2J\""), ("\"", "\"\\\"\""), ("\u{202e}cod.exe", "\"\\u{202e}cod.exe\""), ("Grüße", "\"Grüße\""), ("\u{85}", "\"\\u{85}\""),
    ]
    @Test(arguments: words) func escapesWhatWouldBreakALine(_ word: String, _ written: String) { #expect(EventLog.escaped(word) == written) }

    @Test func cutsLongFields() { #expect(EventLog.escaped(String(repeating: "x y", count: 10_000)).count <= EventLog.Limits.fieldLength + 2) }

    @Test func countsAndRenders() {
        let metrics = Metrics()
        let accepted = metrics.counter("martlet_smtp_accepted_total", "Messages taken.")
        accepted.add()
        metrics.counter("martlet_smtp_accepted_total", "Messages taken.").add(2)
        metrics.gauge("martlet_connections", "Open now.").set(5)
        #expect(accepted.current == 3)
        #expect(metrics.text().contains("# TYPE martlet_smtp_accepted_total counter\nmartlet_smtp_accepted_total 3\n"))
        #expect(metrics.values().map(\.name) == ["martlet_connections", "martlet_smtp_accepted_total"])
    }
}
