import Bytes

/// The base subject: what is left of a decoded subject without Re:, Fwd:, [list] and (fwd). Linear. (RFC 5256 §2.1)
package enum BaseSubject {
    package static func extract(_ subject: String) -> String {
        // Step 1: white space to single spaces.
        var text: [UInt8] = []
        for byte in subject.utf8 {
            let isBlank = byte == 32 || byte == 9 || byte == 13 || byte == 10
            if !isBlank { text.append(byte) } else if text.last != 32 { text.append(32) }
        }
        var start = 0, end = text.count
        while true {
            removeTrailers(text, start, &end)
            // Steps 3 to 5: leaders and blobs until nothing changes.
            while removeLeader(text, &start, end) || removeBlob(text, &start, end) {}
            // Step 6: [fwd: …] around all of it, then everything anew.
            guard end - start >= 6, matches(text, start, end, "[fwd:"), text[end - 1] == 0x5D else { break }
            start += 5
            end -= 1
        }
        return String(decoding: text[start..<end], as: UTF8.self)
    }
    /// Step 2: subj-trailer = "(fwd)" / WSP
    private static func removeTrailers(_ text: [UInt8], _ start: Int, _ end: inout Int) {
        while end > start {
            if text[end - 1] == 32 { end -= 1 } else if end - start >= 5, matches(text, end - 5, end, "(fwd)") { end -= 5 } else { return }
        }
    }
    /// Step 3: subj-leader = (*subj-blob subj-refwd) / WSP
    private static func removeLeader(_ text: [UInt8], _ start: inout Int, _ end: Int) -> Bool {
        guard start < end else { return false }
        if text[start] == 32 { start += 1; return true }
        var place = start
        while let next = blobEnd(text, place, end) { place = next }
        if matches(text, place, end, "fwd") {
            place += 3
        } else if matches(text, place, end, "re") || matches(text, place, end, "fw") {
            place += 2
        } else {
            return false
        }
        while place < end, text[place] == 32 { place += 1 }
        if let next = blobEnd(text, place, end) { place = next }
        guard place < end, text[place] == 0x3A else { return false }
        start = place + 1
        return true
    }
    /// Step 4: a blob in front goes if something stays.
    private static func removeBlob(_ text: [UInt8], _ start: inout Int, _ end: Int) -> Bool {
        guard let next = blobEnd(text, start, end), next < end else { return false }
        start = next
        return true
    }
    /// subj-blob = "[" *BLOBCHAR "]" *WSP
    private static func blobEnd(_ text: [UInt8], _ start: Int, _ end: Int) -> Int? {
        guard start < end, text[start] == 0x5B else { return nil }
        var place = start + 1
        while place < end, text[place] != 0x5D, text[place] != 0x5B { place += 1 }
        guard place < end, text[place] == 0x5D else { return nil }
        place += 1
        while place < end, text[place] == 32 { place += 1 }
        return place
    }
    private static func matches(_ text: [UInt8], _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard end - start >= length else { return false }
        for index in 0..<length where unsafe word.utf8Start[index] != ASCII.lower(text[start + index]) { return false }
        return true
    }
}
