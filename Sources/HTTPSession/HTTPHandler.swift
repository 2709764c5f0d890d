package import HTTPCodec
package import SessionKit

/// What answers the requests of one route. Shared by all connections and loops; it keeps no state of one connection.
package protocol HTTPHandler: Sendable {
    /// Judges the head before a byte of the body is read: refuse early, or say how long the body may be.
    func admit(_ head: HTTPRequestHead, on line: Line) -> Admission

    /// Asked before a body above `HTTPLimits.unproven` is read: nil lets it in, anything else is the answer. Here a log-in is proved, so that
    /// a stranger cannot make us hold megabytes. May wait, like `respond`.
    func vouch(for head: HTTPRequestHead, on line: Line) async -> HTTPResponse?

    /// Answers one whole request. Runs on the loop inside of `Session.perform`, so it may wait; after each `await` look at `line.isClosed`.
    /// Notices of commits that come meanwhile are kept and told to the exchange that is parked here, if one is.
    func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer
}

package enum Admission: Sendable {
    /// Read the body if it has at most so many bytes, else 413.
    case read(limit: Int)
    case refuse(HTTPResponse)
}

extension HTTPHandler {
    package func admit(_ head: HTTPRequestHead, on line: Line) -> Admission { .read(limit: HTTPLimits.unproven) }
    package func vouch(for head: HTTPRequestHead, on line: Line) async -> HTTPResponse? { nil }
}

package enum HTTPAnswer {
    case respond(HTTPResponse)
    /// The answer comes later: this object will say when. The request and all buffers are let go.
    case park(any ParkedExchange)
}
