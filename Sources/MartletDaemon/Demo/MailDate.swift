// The date of a message as mail writes it, in UTC. (RFC 5322 §3.3)
internal import Model

enum MailDate {
    static func text(_ time: Timestamp) -> String {
        // "2026-11-25T02:24:00Z"
        let stamp = Moment.text(time)
        let fields = stamp.split { $0 == "-" || $0 == "T" || $0 == "Z" }
        guard fields.count == 4, let month = Int(fields[1]), (1...12).contains(month) else { return stamp }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970-01-01 was a Thursday.
        let days = time.seconds >= 0 ? time.seconds / 86_400 : (time.seconds - 86_399) / 86_400
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((days % 7) + 7) % 7)]
        return "\(weekday), \(fields[2]) \(months[month - 1]) \(fields[0]) \(fields[3]) +0000"
    }
}
