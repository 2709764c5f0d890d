import Bytes
import Directory
package import EASCodec
package import HTTPCodec
package import HTTPSession
import MailStore
import Model
package import SessionKit

/// Where a user's services are.
package struct AutodiscoverSettings: Sendable, Equatable {
    /// "https://mail.example.org", with a port where it is not 443.
    package var origin: String
    package var servers: [AutodiscoverAnswer.MailServer]
    package init(origin: String, servers: [AutodiscoverAnswer.MailServer] = []) { self.origin = origin; self.servers = servers }

    var activeSync: String { origin + "/Microsoft-Server-ActiveSync" }
    var pox: String { origin + "/autodiscover/autodiscover.xml" }
}

/// Autodiscover in XML: who has logged in is told where the services are. Only of their own addresses: any other is unknown, whether it is there or
/// not. (MS-ASCMD §2.2.1.1, threats T15, T16, T22)
package struct AutodiscoverHandler: HTTPHandler {
    /// (MS-ASCMD §2.2.3.62)
    private enum ErrorCode { static let unknownAddress = 500, notUnderstood = 600, noSuchSchema = 601 }
    private let phones: EASHandler
    private let settings: AutodiscoverSettings

    /// `phones`: who lets phones in lets them in here.
    package init(_ phones: EASHandler, _ settings: AutodiscoverSettings) {
        self.phones = phones
        self.settings = settings
    }

    package func admit(_ head: HTTPRequestHead, on line: Line) -> Admission { .read(limit: AutodiscoverRequest.Limits.body) }

    package func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer {
        let logIn: LogIn
        switch await phones.logIn(request, on: line) {
        case .success(let proved): logIn = proved
        case .failure(let refusal): return .respond(refusal.response)
        }
        line.user = logIn.name
        guard request.method == "POST" else { return .respond(HTTPResponse(405, ["Allow": "POST"])) }
        do throws(AutodiscoverRequest.Failure) {
            return .respond(await answer(try AutodiscoverRequest(request.body), logIn))
        } catch {
            return switch error {
            case .doctype: .respond(HTTPResponse(400))
            case .malformed: .respond(Self.xml(failure(ErrorCode.notUnderstood, "Invalid Request")))
            case .unknownSchema: .respond(Self.xml(failure(ErrorCode.noSuchSchema, "Requested schema version not supported")))
            }
        }
    }

    private func answer(_ asked: AutodiscoverRequest, _ logIn: LogIn) async -> HTTPResponse {
        guard let address = MailAddress(asked.address) else { return Self.xml(failure(ErrorCode.notUnderstood, "Invalid Request")) }
        do {
            let found = try await phones.service.store.read { store -> AccountRow? in
                let isOwn = try store.targets(of: address.key).contains { $0.target == .account(logIn.account) }
                return isOwn || address.key == logIn.name ? try store.account(logIn.account) : nil
            }
            guard let found else { return Self.xml(failure(ErrorCode.unknownAddress, "The email address can't be found.")) }
            let name = found.displayName.isEmpty ? found.name : found.displayName
            return switch asked.schema {
            case .mobileSync: Self.xml(AutodiscoverAnswer.mobileSync(displayName: name, address: found.name, url: settings.activeSync))
            case .outlook: Self.xml(AutodiscoverAnswer.outlook(displayName: name, address: found.name, servers: settings.servers))
            }
        } catch {
            phones.service.failed("autodiscover", error)
            return HTTPResponse(503, ["Retry-After": "30"])
        }
    }
    private func failure(_ code: Int, _ message: String) -> String {
        // The time of day, from "2026-05-01T10:20:30.000Z".
        let time = DateText.extended(phones.service.clock()).split(separator: "T").last.map { String($0.dropLast()) } ?? ""
        return AutodiscoverAnswer.error(code, message, time: time)
    }
    private static func xml(_ text: String) -> HTTPResponse {
        var response = HTTPResponse(200, ["Content-Type": "text/xml; charset=utf-8", "Cache-Control": "private"])
        response.body = [Array(text.utf8)]
        return response
    }
}

/// Autodiscover in JSON, which asks for no log-in and so tells nothing of anybody: the same for every address. (threat T22)
package struct AutodiscoverJSONHandler: HTTPHandler {
    private let settings: AutodiscoverSettings
    package init(_ settings: AutodiscoverSettings) { self.settings = settings }

    package func admit(_ head: HTTPRequestHead, on line: Line) -> Admission {
        guard head.method == "GET" || head.method == "HEAD" else { return .refuse(HTTPResponse(405, ["Allow": "GET, HEAD"])) }
        return .read(limit: 0)
    }
    package func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer {
        let wanted = Self.parameter("protocol", in: request.query ?? "")
        switch wanted.map(ASCII.lowercased) {
        case "activesync": return .respond(Self.json(200, "{\"Protocol\":\"ActiveSync\",\"Url\":\"\(settings.activeSync)\"}"))
        case "autodiscoverv1": return .respond(Self.json(200, "{\"Protocol\":\"AutodiscoverV1\",\"Url\":\"\(settings.pox)\"}"))
        case nil:
            return .respond(
                Self.json(
                    400, "{\"ErrorCode\":\"MandatoryParameterMissing\",\"ErrorMessage\":\"A valid value must be provided for the query parameter 'Protocol'\"}")
            )
        default:
            return .respond(
                Self.json(
                    400,
                    "{\"ErrorCode\":\"InvalidProtocol\",\"ErrorMessage\":\"The given protocol value is invalid. Supported values are 'ActiveSync,AutodiscoverV1'\"}"
                ))
        }
    }
    /// The first of that name, letter case ignored; the values that count need no decoding.
    private static func parameter(_ name: String, in query: String) -> String? {
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2, ASCII.lowercased(String(halves[0])) == name { return String(halves[1]) }
        }
        return nil
    }
    private static func json(_ status: Int, _ text: String) -> HTTPResponse {
        var response = HTTPResponse(status, ["Content-Type": "application/json; charset=utf-8", "Cache-Control": "private"])
        response.body = [Array(text.utf8)]
        return response
    }
}
