import HTTPCodec
import HTTPSession
import Logging
import Model
import SessionKit
import Synchronization
import Telemetry
import TestSupport

/// A site with one handler of each kind, and what it was asked.
final class Site: Sendable {
    let metrics = Metrics()
    let asked = Mutex<[String]>([])
    let waiting = Mutex<[String]>([])

    var router: Router {
        var router = Router()
        router.add("/echo", Echo(site: self))
        router.add(ignoringCase: "/Any-Case", Echo(site: self))
        router.add("/page", HTTPPage { HTTPResponse(200, text: "page") })
        router.add("/large", Large())
        router.add("/private", Locked())
        router.add("/wait", Waiting(site: self))
        return router
    }
    func connect() async -> Conversation {
        let services = HTTPServices(router: router, log: Logger(label: "test") { EventLog(label: $0) { _ in } }, metrics: metrics)
        return await Conversation(service: "http") { HTTPSession($0, services) }
    }
    func note(_ text: String) { asked.withLock { $0.append(text) } }
    func told(_ text: String) { waiting.withLock { $0.append(text) } }
    func value(_ name: String) -> Int? { metrics.values().first { $0.name == name }?.value }
}

/// Answers with the body it was sent.
struct Echo: HTTPHandler {
    let site: Site
    func admit(_ head: HTTPRequestHead, on line: Line) -> Admission { .read(limit: 100_000) }
    func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer {
        site.note("\(request.method) \(request.path)")
        await Task.yield()
        return .respond(HTTPResponse(200, body: request.body))
    }
}
struct Large: HTTPHandler {
    static let pieces = [[UInt8]](repeating: [UInt8](repeating: 0x78, count: 100_000), count: 20)
    func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer {
        var response = HTTPResponse(200)
        response.body = Self.pieces
        return .respond(response)
    }
}
struct Locked: HTTPHandler {
    func admit(_ head: HTTPRequestHead, on line: Line) -> Admission { .refuse(HTTPResponse(401, ["WWW-Authenticate": "Basic realm=\"mail\""])) }
    func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer { .respond(HTTPResponse(500)) }
}
struct Waiting: HTTPHandler {
    let site: Site
    func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer { .park(Wait(site: site, how: request.query ?? "")) }
}

/// Answers by what it is told; the query says how.
final class Wait: ParkedExchange {
    let site: Site
    let how: String
    let deadline = ContinuousClock.now + .seconds(600)
    init(site: Site, how: String) { self.site = site; self.how = how }

    func notice(_ changes: ChangeSet) -> ParkedStep {
        site.told("notice \(changes.modseq)")
        switch how {
        case "perform": return .perform
        case "deaf": return .stay
        case "large":
            var response = HTTPResponse(200)
            response.body = Large.pieces
            return .respond(response)
        default: return .respond(HTTPResponse(200, text: "changed"))
        }
    }
    func expired() -> ParkedStep { site.told("expired"); return .respond(HTTPResponse(200, text: "nothing")) }
    func draining() -> ParkedStep {
        site.told("draining")
        return how == "deaf" ? .stay : .respond(HTTPResponse(503, ["Retry-After": "10"]))
    }
    func interrupted() -> ParkedStep {
        site.told("interrupted")
        switch how {
        case "patient", "perform": return .stay
        case "angry": return .hangUp
        default: return .respond(HTTPResponse(200, text: "interrupted"))
        }
    }
    func perform() async -> ParkedStep {
        await Task.yield()
        site.told("perform")
        return .respond(HTTPResponse(200, text: "performed"))
    }
    func closed() { site.told("closed") }
}
