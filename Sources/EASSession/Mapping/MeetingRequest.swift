import Bytes
import EASCodec
import MIMECodec
import MailStore
import Model

/// MeetingRequest of a mail that invites, calls off or answers: what its calendar part says. (MS-ASEMAIL §2.2.2.48)
enum MeetingRequest {
    /// MeetingMessageType. (MS-ASEMAIL §2.2.2.47)
    private enum MessageType { static let silent = 0, request = 1, fullUpdate = 2 }
    /// InstanceType. (MS-ASEMAIL §2.2.2.39)
    private enum Instance { static let single = 0, master = 1, occurrence = 2 }

    static func write(_ mail: Mail, _ writer: inout TokenWriter) throws {
        guard let event = try mail.message.invitation(), let start = event.start, let end = event.end else { return }
        let version = mail.context.version
        writer.open(Email.meetingRequest)
        writer.element(Email.allDayEvent, event.isAllDay)
        writer.element(Email.startTime, DateText.extended(start))
        writer.element(Email.dtStamp, DateText.extended(event.stamp ?? mail.item.state.date))
        writer.element(Email.endTime, DateText.extended(end))
        writer.element(Email.instanceType, instance(event))
        if !event.location.isEmpty { writeLocation(event.location, version, &writer) }
        let organizer = event.organizer
        if !organizer.address.isEmpty {
            writer.element(Email.organizer, EmailElements.text(DisplayAddress(name: organizer.name, address: organizer.address)))
        }
        if let id = event.recurrenceID { writer.element(Email.recurrenceId, DateText.extended(id)) }
        if let minutes = event.reminder { writer.element(Email.reminder, min(minutes * 60, 65_535)) }
        writer.element(Email.responseRequested, event.asksForResponse)
        if let rule = event.rule { writeRecurrence(rule, event, version, &writer) }
        writer.element(Email.sensitivity, event.sensitivity)
        writer.element(Email.busyStatus, event.busyStatus)
        writer.element(Email.timeZone, Base64.encodeText(TimeZoneStructure.bytes(event.zone)))
        if version.has(.flatMeetings) { writer.element(Email.globalObjId, GlobalObjectID.text(event.uid, instance: event.recurrenceID)) }
        if version.has(.timeProposals), !event.allowsCounter { writer.element(Email.disallowNewTimeProposal, 1) }
        if version.has(.meetingMessageType) { writer.element(Email2.meetingMessageType, messageType(event)) }
        if version.has(.structuredMeetings) { writer.element(Calendar.uid, event.uid) }
        writer.close()
    }
    private static func messageType(_ event: Invitation) -> Int {
        guard event.method == "REQUEST" else { return MessageType.silent }
        return event.sequence == 0 ? MessageType.request : MessageType.fullUpdate
    }
    private static func instance(_ event: Invitation) -> Int {
        if event.recurrenceID != nil { return Instance.occurrence }
        return event.rule == nil ? Instance.single : Instance.master
    }
    /// (MS-ASAIRS §2.2.2.27)
    private static func writeLocation(_ text: String, _ version: ProtocolVersion, _ writer: inout TokenWriter) {
        if version.has(.flatMeetings) { return writer.element(Email.location, text) }
        writer.open(AirSyncBase.location)
        writer.element(AirSyncBase.displayName, text)
        writer.close()
    }

    /// What a recurrence leaves to be understood from its start is written out. (MS-ASEMAIL §2.2.2.60, §2.2.2.80)
    private static func writeRecurrence(_ rule: RecurrenceRule, _ event: Invitation, _ version: ProtocolVersion, _ writer: inout TokenWriter) {
        let date = CivilDate.of(seconds: event.start.map { $0.seconds + Int64(event.zone.standardOffset) } ?? 0).date
        let type = type(of: rule)
        writer.open(Email.recurrences)
        writer.open(Email.recurrence)
        writer.element(Email.type, type)
        writer.element(Email.interval, rule.interval)
        if let count = rule.count {
            writer.element(Email.occurrences, count)
        } else if let until = rule.until {
            writer.element(Email.until, DateText.compact(until))
        }
        if type == 3 || type == 6 { writer.element(Email.weekOfMonth, rule.position == -1 ? 5 : rule.position ?? 1) }
        if type == 2 || type == 5 { writer.element(Email.dayOfMonth, rule.dayOfMonth ?? date.day) }
        if type == 1 || type == 3 || type == 6 { writer.element(Email.dayOfWeek, rule.days == 0 ? 1 << date.weekday : rule.days) }
        if type == 5 || type == 6 { writer.element(Email.monthOfYear, rule.month ?? date.month) }
        if version.has(.conversations), type >= 2 { writer.element(Email2.calendarType, 0) }
        if version.has(.conversations), type == 5 || type == 6 { writer.element(Email2.isLeapMonth, 0) }
        if version.has(.bodyParts), type == 1 { writer.element(Email2.firstDayOfWeek, rule.weekStart) }
        writer.close()
        writer.close()
    }
    private static func type(of rule: RecurrenceRule) -> Int {
        switch rule.frequency {
        case .daily: rule.days == 0 ? 0 : 1
        case .weekly: 1
        case .monthly: rule.days == 0 ? 2 : 3
        case .yearly: rule.days == 0 ? 5 : 6
        }
    }
    /// (MS-ASEMAIL §2.2.2.49)
    static func messageClass(_ kind: MessageKind, _ message: StoredMessage) throws -> String? {
        switch kind {
        case .meetingRequest: return try message.invitation() == nil ? nil : "IPM.Schedule.Meeting.Request"
        case .meetingCancel: return "IPM.Schedule.Meeting.Canceled"
        case .meetingReply:
            switch try message.invitation()?.participation {
            case "ACCEPTED": return "IPM.Schedule.Meeting.Resp.Pos"
            case "TENTATIVE": return "IPM.Schedule.Meeting.Resp.Tent"
            case "DECLINED": return "IPM.Schedule.Meeting.Resp.Neg"
            default: return nil
            }
        case .plain, .signed, .opaque, .encrypted, .deliveryReport, .readReceipt, .calendarOther: return nil
        }
    }
}

/// GlobalObjId of a meeting that has a UID of iCalendar. (MS-ASEMAIL §2.2.2.37)
enum GlobalObjectID {
    private static let classID: [UInt8] = [4, 0, 0, 0, 0x82, 0, 0xE0, 0, 0x74, 0xC5, 0xB7, 0x10, 0x1A, 0x82, 0xE0, 8]

    static func text(_ uid: String, instance: Timestamp?) -> String { Base64.encodeText(bytes(uid, instance: instance)) }
    static func bytes(_ uid: String, instance: Timestamp?) -> [UInt8] {
        let date = instance.map { CivilDate.of(seconds: $0.seconds).date }
        var day: [UInt8] = [0, 0, 0, 0]
        if let date { day = [UInt8(date.year >> 8 & 255), UInt8(date.year & 255), UInt8(date.month), UInt8(date.day)] }
        // One of Exchange's own goes through as it is, but for the day.
        if let octets = Hex.decode(uid), octets.count > 40, octets.starts(with: classID) { return classID + day + Array(octets[20...]) }
        let data = Array("vCal-Uid".utf8) + [1, 0, 0, 0] + Array(uid.utf8) + [0]
        var bytes = classID + day
        bytes += [UInt8](repeating: 0, count: 16)
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: data.count >> shift)) }
        return bytes + data
    }
}

/// A time zone's rules in the 172 octets of Windows. (MS-ASDTYPE §2.7.6)
enum TimeZoneStructure {
    static func bytes(_ zone: ZoneRules) -> [UInt8] {
        var bytes = number(-zone.standardOffset / 60, octets: 4)
        bytes += name(zone.name) + date(zone.hasDaylight ? zone.standardOnset : nil) + number(0, octets: 4)
        bytes += name(zone.daylightName) + date(zone.hasDaylight ? zone.daylightOnset : nil)
        return bytes + number(zone.hasDaylight ? -(zone.daylightOffset - zone.standardOffset) / 60 : 0, octets: 4)
    }
    private static func number(_ value: Int, octets: Int) -> [UInt8] { (0..<octets).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    /// 32 units of UTF-16, the last of them zero.
    private static func name(_ text: String) -> [UInt8] {
        let units = Array(text.utf16.prefix(31))
        return (units + [UInt16](repeating: 0, count: 32 - units.count)).flatMap { number(Int($0), octets: 2) }
    }
    /// SYSTEMTIME: year 0 for a rule of every year.
    private static func date(_ onset: ZoneRules.Onset?) -> [UInt8] {
        guard let onset else { return [UInt8](repeating: 0, count: 16) }
        return [0, onset.month, onset.weekday, onset.nth, onset.hour, onset.minute, 0, 0].flatMap { number($0, octets: 2) }
    }
}
