import Model

/// Points in time as ActiveSync writes them: `2024-05-01T10:20:30.000Z`. (MS-ASDTYPE §2.3)
enum DateText {
    static func extended(_ time: Timestamp) -> String {
        let seconds = time.seconds
        let days = floorDivide(seconds, 86_400), rest = Int(seconds - days * 86_400)
        let (year, month, day) = civil(days)
        let thousandths = Int(time.rawValue - seconds * 1000)
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2)).\(pad(thousandths, 3))Z"
    }
    private static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
    }
    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : (a - b + 1) / b }
    /// Days since 1970-01-01 to a date of the Gregorian calendar; years outside of 0 to 9999 are held at its ends.
    private static func civil(_ days: Int64) -> (Int, Int, Int) {
        let day = min(max(days, -719_528), 2_932_896) + 719_468
        let era = floorDivide(day, 146_097), ofEra = day - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * ofYear + 2) / 153
        let number = month < 10 ? month + 3 : month - 9
        return (Int(yearOfEra + era * 400) + (number <= 2 ? 1 : 0), Int(number), Int(ofYear - (153 * month + 2) / 5 + 1))
    }
}
