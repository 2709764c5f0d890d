import Bytes
import EASCodec
import EASSession
import MailStore
import Model
import Testing

/// Invitations as phones see them.
@Suite struct MeetingTests {
    static let berlin = """
        BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nTZNAME:CET\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r
        TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nTZNAME:CEST\r\nDTSTART:19700329T020000\r
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n
        """
    static func message(_ method: String, _ event: String) -> String {
        """
        From: Boss <boss@example.net>\r\nTo: ann@example.org\r\nSubject: Meeting\r\nMIME-Version: 1.0\r
        Content-Type: multipart/alternative; boundary=inv\r\n\r\n--inv\r\n\r\nYou are invited.\r
        --inv\r\nContent-Type: text/calendar; method=\(method); charset=utf-8\r\n\r
        BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:\(method)\r\n\(berlin)BEGIN:VEVENT\r\n\(event)END:VEVENT\r\nEND:VCALENDAR\r\n\r\n--inv--\r\n
        """
    }
    static let weekly = """
        UID:week-1@example.net\r\nDTSTAMP:20300101T080000Z\r\nDTSTART;TZID=Europe/Berlin:20300703T100000\r\nDTEND;TZID=Europe/Berlin:20300703T110000\r
        SUMMARY:Weekly\r\nLOCATION:Raum 1\\, Büro\r\nORGANIZER;CN="Boss, The":mailto:boss@example.net\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10\r
        ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:ann@example.org\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n
        """
    private func data(_ message: String, _ version: ProtocolVersion) async throws -> WBXMLElement? {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        phone.version = version
        try await lab.append(message, to: inbox.id)
        return try await phone.begin(inbox.id) { $0.body = (1, nil) }.data
    }

    /// MS-ASEMAIL_R235 MS-ASEMAIL_R236 MS-ASEMAIL_R908 MS-ASEMAIL_R909 MS-ASEMAIL_R1310 MS-ASEMAIL_R1311
    @Test(arguments: EASHandler.versions) func anInvitationHasItsMeeting(_ version: ProtocolVersion) async throws {
        let data = try await data(Self.message("REQUEST", Self.weekly), version), meeting = data?[Email.meetingRequest]
        #expect(data?[Email.messageClass]?.text == "IPM.Schedule.Meeting.Request")
        // Summer in Berlin.
        #expect(meeting?[Email.startTime]?.text == "2030-07-03T08:00:00.000Z" && meeting?[Email.endTime]?.text == "2030-07-03T09:00:00.000Z")
        #expect(meeting?[Email.allDayEvent]?.text == "0" && meeting?[Email.instanceType]?.text == "1" && meeting?[Email.reminder]?.text == "900")
        #expect(meeting?[Email.organizer]?.text == "\"Boss, The\" <boss@example.net>" && meeting?[Email.responseRequested]?.text == "1")
        let recurrence = meeting?[Email.recurrences]?[Email.recurrence]
        #expect(recurrence?[Email.type]?.text == "1" && recurrence?[Email.dayOfWeek]?.text == "10" && recurrence?[Email.occurrences]?.text == "10")
        let zone = Base64.decode(meeting?[Email.timeZone]?.text ?? "") ?? []
        #expect(zone.count == 172 && zone[0..<4] == [0xC4, 0xFF, 0xFF, 0xFF] && zone[168..<172] == [0xC4, 0xFF, 0xFF, 0xFF])
        #expect(zone[68..<84] == [0, 0, 10, 0, 0, 0, 5, 0, 3, 0, 0, 0, 0, 0, 0, 0] && zone[152..<168] == [0, 0, 3, 0, 0, 0, 5, 0, 2, 0, 0, 0, 0, 0, 0, 0])
        if version.has(.structuredMeetings) {
            #expect(meeting?[Calendar.uid]?.text == "week-1@example.net" && meeting?[Email.globalObjId] == nil)
            #expect(meeting?[AirSyncBase.location]?[AirSyncBase.displayName]?.text == "Raum 1, Büro")
        } else {
            #expect(meeting?[Email.location]?.text == "Raum 1, Büro" && meeting?[Calendar.uid] == nil)
            let id = Base64.decode(meeting?[Email.globalObjId]?.text ?? "") ?? []
            // The class id, no day, eight and eight octets, the length, then vCal-Uid and the UID.
            #expect(id.count == 40 + 12 + 18 + 1 && id[36..<40] == [31, 0, 0, 0] && Array(id[52..<70]) == Array("week-1@example.net".utf8))
        }
        #expect((meeting?[Email2.meetingMessageType] != nil) == version.has(.meetingMessageType))
    }
    @Test func oneOccurrenceOfADay() async throws {
        let event = "UID:x\r\nDTSTAMP:20300101T080000Z\r\nDTSTART;VALUE=DATE:20300105\r\nRECURRENCE-ID;VALUE=DATE:20300104\r\nCLASS:PRIVATE\r\n"
        let meeting = try await data(Self.message("REQUEST", event), .v14_1)?[Email.meetingRequest]
        #expect(meeting?[Email.allDayEvent]?.text == "1" && meeting?[Email.endTime]?.text == "2030-01-06T00:00:00.000Z")
        #expect(meeting?[Email.recurrenceId]?.text == "2030-01-04T00:00:00.000Z" && meeting?[Email.sensitivity]?.text == "2")
        let id = Base64.decode(meeting?[Email.globalObjId]?.text ?? "") ?? []
        #expect(id[16..<20] == [0x07, 0xEE, 1, 4])
    }
    static let classes: [(String, String, String)] = [
        ("CANCEL", "", "IPM.Schedule.Meeting.Canceled"), ("REPLY", "ACCEPTED", "IPM.Schedule.Meeting.Resp.Pos"),
        ("REPLY", "TENTATIVE", "IPM.Schedule.Meeting.Resp.Tent"), ("REPLY", "DECLINED", "IPM.Schedule.Meeting.Resp.Neg"), ("REPLY", "", "IPM.Note"),
    ]
    @Test(arguments: classes) func eachMethodHasItsClass(_ method: String, _ answer: String, _ wanted: String) async throws {
        let event = "UID:x\r\nDTSTAMP:20300101T080000Z\r\nDTSTART:20300105T100000Z\r\nATTENDEE;PARTSTAT=\(answer):mailto:ann@example.org\r\n"
        #expect(try await data(Self.message(method, event), .v14_1)?[Email.messageClass]?.text == wanted)
    }
    /// What is no event is plain mail.
    @Test func nonsenseIsPlainMail() async throws {
        let broken = Self.message("REQUEST", "UID:x\r\n").replacing("BEGIN:VEVENT", with: "BEGIN:VNOTHING")
        let data = try await data(broken, .v14_1)
        #expect(data?[Email.messageClass]?.text == "IPM.Note" && data?[Email.meetingRequest] == nil)
    }
}

extension String {
    fileprivate func replacing(_ word: String, with other: String) -> String {
        split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
    }
}
