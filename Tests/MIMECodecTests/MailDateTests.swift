import MIMECodec
import Model
import Testing

@Suite struct MailDateTests {
    static let rows: [(String, Int64?)] = [
        ("Thu, 01 Jan 1970 00:00:00 +0000", 0),
        ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706),
        ("21 Nov 97 09:55:06 GMT", 880_106_106),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", 880_127_706),
        ("Tue, 1 Jul 2003 10:52:37 +0200", 1_057_049_557),
        ("Thu, 13 Feb 1969 23:32 -0330", -27_723_480),
        ("Wed, 20 Sep 1995 00:19:00 (EDT) -0400", 811_570_740),
        ("Mon, 1 Jan 2024 12:00:00 EST", 1_704_128_400),
        ("Mon, 1 Jan 2024 12:00:00 PDT", 1_704_135_600),
        ("Mon, 1 Jan 2024 12:00:00 A", 1_704_110_400),
        ("Mon, 1 Jan 2024 12:00:00", 1_704_110_400),
        ("Mon, 1 Jan 2024 12:00:00 +05:30", 1_704_090_600),
        ("Mon Jan  1 12:00:00 2024", 1_704_110_400),
        ("Mon Jan  1 12:00:00 CET 2024", 1_704_106_800),
        ("Monday, January 1, 2024 1:30 PM", 1_704_115_800),
        ("1-Jan-2024 12:00:00 +0000", 1_704_110_400),
        ("2024-01-01T12:00:00Z", 1_704_110_400),
        ("2024-01-01 12:00:00.123 +0100", 1_704_106_800),
        ("1 Jan 49 00:00:00 +0000", 2_493_072_000),
        ("1 Jan 50 00:00:00 +0000", -631_152_000),
        ("1 Jan 102 00:00:00 +0000", 1_009_843_200),
        ("29 Feb 2024 00:00:00 +0000", 1_709_164_800),
        ("31 Dec 2016 23:59:60 +0000", 1_483_228_799),
        ("29 Feb 2023 00:00:00 +0000", nil),
        ("32 Jan 2024 00:00:00 +0000", nil),
        ("1 Foo 2024 00:00:00 +0000", nil),
        ("1 Jan 2024 25:00:00 +0000", nil),
        ("1 Jan 2024 12:61:00 +0000", nil),
        ("1 Jan 99999 00:00:00", nil),
        ("99999999999999999999 Jan 2024", nil),
        ("1 Jan 2024 99999999999999:0:0", nil),
        ("", nil), ("no date", nil), ("12:00:00", nil), ("-", nil), ("+++++", nil), ("((((", nil),
    ]
    @Test(arguments: rows) func reads(_ text: String, _ expected: Int64?) { #expect(MailDate.parse(Array(text.utf8))?.seconds == expected) }

    static let written: [(Int64, Int, String)] = [
        (0, 0, "Thu, 1 Jan 1970 00:00:00 +0000"),
        (880_127_706, -360, "Fri, 21 Nov 1997 09:55:06 -0600"),
        (1_709_164_799, 60, "Thu, 29 Feb 2024 00:59:59 +0100"),
        (-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000"),
        (-2_208_988_800, 0, "Mon, 1 Jan 1900 00:00:00 +0000"),
        (1_704_090_600, 330, "Mon, 1 Jan 2024 12:00:00 +0530"),
    ]
    @Test(arguments: written) func writes(_ seconds: Int64, _ zone: Int, _ expected: String) {
        #expect(MailDate.text(Timestamp(seconds: seconds), zoneMinutes: zone) == expected)
        #expect(MailDate.parse(Array(expected.utf8))?.seconds == seconds)
    }
    @Test func everyDayComesBack() {
        for day in stride(from: Int64(-25_567), to: 200_000, by: 97) {
            let time = Timestamp(seconds: day * 86_400 + 43_210)
            #expect(MailDate.parse(Array(MailDate.text(time).utf8)) == time)
        }
    }
    @Test func extremesDoNotTrap() {
        for value in [Int64.min, Int64.max, 0] { #expect(!MailDate.text(Timestamp(milliseconds: value), zoneMinutes: .max).isEmpty) }
    }
}
