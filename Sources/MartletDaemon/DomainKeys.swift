// Every domain can sign: those that were there before signing was get their keys when the process starts.
internal import Directory
internal import Logging

enum DomainKeys {
    static func complete(_ directory: Directory, _ log: Logger) async {
        do {
            for domain in try await directory.administration.domains() {
                let made = try await directory.administration.completeKeys(of: domain)
                if !made.isEmpty { log.notice("domain.keys", metadata: ["domain": "\(domain)", "made": "\(made.joined(separator: " "))"]) }
            }
        } catch {
            log.error("domain.keys", metadata: ["error": "\(error)"])
        }
    }
}
