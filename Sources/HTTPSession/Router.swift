package import HTTPCodec
package import SessionKit

/// Which handler answers which path. A path matches whole or not at all: no prefix, no pattern, no second spelling. (threat T16)
package struct Router: Sendable {
    private var exact: [String: any HTTPHandler] = [:]
    /// Keys in lower case.
    private var anyCase: [String: any HTTPHandler] = [:]
    package init() {}

    package mutating func add(_ path: String, _ handler: any HTTPHandler) { exact[path] = handler }
    /// For paths that clients write in any case: /Microsoft-Server-ActiveSync, /autodiscover/autodiscover.xml. ASCII letters alone are alike.
    package mutating func add(ignoringCase path: String, _ handler: any HTTPHandler) { anyCase[Self.lowered(path)] = handler }

    func handler(for path: String) -> any HTTPHandler { exact[path] ?? anyCase[Self.lowered(path)] ?? NotFound() }
    private static func lowered(_ path: String) -> String { String(decoding: path.utf8.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self) }
}

private struct NotFound: HTTPHandler {
    func admit(_ head: HTTPRequestHead, on line: Line) -> Admission { .refuse(HTTPResponse(404)) }
    func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer { .respond(HTTPResponse(404)) }
}

/// A page that is only read: GET and HEAD. For /healthz, /readyz and /metrics.
package struct HTTPPage: HTTPHandler {
    private let content: @Sendable () async -> HTTPResponse
    package init(_ content: @escaping @Sendable () async -> HTTPResponse) { self.content = content }

    package func admit(_ head: HTTPRequestHead, on line: Line) -> Admission {
        guard head.method == "GET" || head.method == "HEAD" else { return .refuse(HTTPResponse(405, ["Allow": "GET, HEAD"])) }
        return .read(limit: 0)
    }
    package func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer { .respond(await content()) }
}
