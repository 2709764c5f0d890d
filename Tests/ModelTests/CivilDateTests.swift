import Model
import Testing

@Suite struct CivilDateTests {
    /// Dates whose distance from 1970-01-01 and whose weekday others have counted (Python's datetime; before year 1 by hand: 400 years are 146,097 days).
    static let known: [(Int, Int, Int, days: Int, weekday: Int)] = [
        (1970, 1, 1, 0, 4), (1969, 12, 31, -1, 3), (2000, 2, 29, 11_016, 2), (2000, 3, 1, 11_017, 3), (1900, 3, 1, -25_508, 4), (1900, 2, 28, -25_509, 3),
        (2026, 11, 28, 20_785, 6), (2100, 2, 28, 47_540, 0), (2100, 3, 1, 47_541, 1), (9999, 12, 31, 2_932_896, 5), (1, 1, 1, -719_162, 1),
        (0, 3, 1, -719_468, 3), (0, 1, 1, -719_528, 6), (-400, 3, 1, -865_565, 3), (1994, 11, 6, 9_075, 0), (2038, 1, 19, 24_855, 2),
    ]
    @Test(arguments: known) func countsDays(_ year: Int, _ month: Int, _ day: Int, _ days: Int, _ weekday: Int) {
        let date = CivilDate(year: year, month: month, day: day)
        #expect(date.days == days)
        #expect(CivilDate(days: days) == date)
        #expect(date.weekday == weekday)
        #expect(date.exists)
    }
    /// Every day of eight hundred years follows the one before it, by the lengths of months alone.
    @Test func walksThroughTheCalendar() {
        var year = 1600, month = 1, day = 1
        let first = CivilDate(year: year, month: month, day: day).days
        for days in first..<(first + 2 * 146_097) {
            let date = CivilDate(days: days)
            guard date == CivilDate(year: year, month: month, day: day), date.days == days else {
                Issue.record("\(days) is \(date), not \(year)-\(month)-\(day)")
                return
            }
            day += 1
            if day > CivilDate.lengthOfMonth(month, year) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect((year, month, day) == (2400, 1, 1))
    }
    @Test func splitsSeconds() {
        #expect(CivilDate.of(seconds: -1) == (CivilDate(year: 1969, month: 12, day: 31), 86_399))
        #expect(CivilDate.of(seconds: 0) == (CivilDate(year: 1970, month: 1, day: 1), 0))
        #expect(CivilDate.of(seconds: -86_400) == (CivilDate(year: 1969, month: 12, day: 31), 0))
        #expect(CivilDate.of(seconds: 1_795_824_000).date == CivilDate(year: 2026, month: 11, day: 28))
        // The ends of what can be asked for do not trap.
        for seconds in [Int64.min, .max, .min / 1000, .max / 1000] {
            let (date, second) = CivilDate.of(seconds: seconds)
            #expect((0..<86_400).contains(second) && date.exists)
        }
    }
    @Test func knowsWhatIsNoDate() {
        for (year, month, day) in [(2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0), (2024, 1, 32)] {
            #expect(!CivilDate(year: year, month: month, day: day).exists)
        }
        #expect(CivilDate(year: 2024, month: 2, day: 29).exists)
        #expect(CivilDate(year: 2024, month: 2, day: 29) < CivilDate(year: 2024, month: 3, day: 1))
    }
}
