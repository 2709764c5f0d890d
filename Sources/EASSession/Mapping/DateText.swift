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
    private static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
    }
}
