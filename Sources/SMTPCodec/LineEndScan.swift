import Bytes

/// Looks for a CR or LF that stands alone, in a message that comes by the number of its octets. (RFC 3030 §2: lines are still CR LF unless BODY is
/// BINARYMIME; RFC 5321 §2.3.8; threat T1)
package struct LineEndScan: Sendable {
    package var isMalformed = false
    /// The octets so far end with CR.
    package private(set) var isAfterReturn = false
    /// The octets so far are whole lines; also where there are none.
    package private(set) var endsLine = true

    package init() {}

    package mutating func look(at run: Span<UInt8>) {
        if run.isEmpty || isMalformed { return }
        var index = 0
        if isAfterReturn {
            guard run[0] == ASCII.lf else { return isMalformed = true }
            index = 1
        }
        while index < run.count {
            let lineFeed = run.firstIndex(of: ASCII.lf, in: index..<run.count)
            let end = lineFeed ?? run.count
            let carriageReturn = run.firstIndex(of: ASCII.cr, in: index..<end)
            // The one CR there may be stands before the LF, or is the last octet of the run.
            if lineFeed != nil ? carriageReturn != end - 1 : carriageReturn != nil && carriageReturn != end - 1 { return isMalformed = true }
            index = end + 1
        }
        isAfterReturn = run[run.count - 1] == ASCII.cr
        endsLine = run[run.count - 1] == ASCII.lf
    }
}
