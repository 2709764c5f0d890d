import Bytes
import Model

/// Points in time as ActiveSync writes them: `2024-05-01T10:20:30.000Z`. (MS-ASDTYPE §2.3)
enum DateText {
    static func extended(_ time: Timestamp) -> String {
        // Years outside of 0 to 9999 are held at its ends.
        let seconds = min(max(time.seconds, -62_167_219_200), 253_402_300_799)
        let (date, rest) = CivilDate.of(seconds: seconds)
        let thousandths = seconds == time.seconds ? Int(time.rawValue - seconds * 1000) : 0
        return
            "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))T\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2)).\(pad(thousandths, 3))Z"
    }
    /// Both forms that clients write: `2024-05-01T10:20:30.000Z` and `20240501T102030Z`; nil for everything else. (MS-ASDTYPE §2.3)
    static func parse(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 16, bytes.count <= 24, bytes.last == UInt8(ascii: "Z") else { return nil }
        let digits = bytes.filter(ASCII.isDigit)
        let shape = bytes.map { ASCII.isDigit($0) ? UInt8(ascii: "9") : $0 }
        let shapes = ["99999999T999999Z", "9999-99-99T99:99:99.999Z", "9999-99-99T99:99:99.9Z", "9999-99-99T99:99:99Z"]
        guard shapes.contains(String(decoding: shape, as: UTF8.self)) else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 - 48) } }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard day >= 1, day <= CivilDate.lengthOfMonth(month, year), hour < 24, minute < 60, second < 61 else { return nil }
        let seconds = CivilDate(year: year, month: month, day: day).days * 86_400 + hour * 3_600 + minute * 60 + second
        return Timestamp(milliseconds: Int64(seconds) * 1_000 + Int64(digits.count == 17 ? number(14..<17) : digits.count == 15 ? number(14..<15) * 100 : 0))
    }
    /// `20240501T102030Z`. (MS-ASDTYPE §2.7.2)
    static func compact(_ time: Timestamp) -> String { String(extended(time).prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" }) + "Z" }
    private static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
    }
}
