/// What a handler answers. The session adds Date, Content-Length and, where it closes, Connection.
package struct HTTPResponse: Sendable, Equatable {
    package var status: Int
    package var headers: HTTPHeaders
    /// One after the other they are the body; pieces keep large bodies from being copied together.
    package var body: [[UInt8]]
    /// The connection ends after this answer.
    package var closes = false

    package init(_ status: Int, _ headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body.isEmpty ? [] : [body]
    }
    package init(_ status: Int, _ headers: HTTPHeaders = [:], text: String) {
        self.init(status, headers, body: Array(text.utf8))
        self.headers.set("Content-Type", "text/plain; charset=utf-8")
    }
    package var bodyCount: Int { body.reduce(0) { $0 + $1.count } }
}
