package import DNSCodec
import MailAuthentication

/// Lists of addresses that send what nobody wants, asked by DNS. (RFC 5782 §2)
package struct BlockLists: MessageFilter {
    package let name = "dnsbl"
    private let lists: [String]
    private let resolver: any NameResolver
    package init(lists: [String], resolver: any NameResolver) { self.lists = lists; self.resolver = resolver }

    package func judge(_ message: FilteredMessage) async -> FilterAnswer {
        guard let client = IPAddress(message.origin.address) else { return FilterAnswer(.accept) }
        let resolver = resolver
        let verdicts = await withTaskGroup(of: Verdict.self) { group in
            for list in lists { group.addTask { await Self.ask(list, client, resolver) } }
            var all: [Verdict] = []
            for await verdict in group { all.append(verdict) }
            return all
        }
        return FilterAnswer(verdicts.reduce(.accept) { $0.worse($1) })
    }

    private static func ask(_ list: String, _ client: IPAddress, _ resolver: any NameResolver) async -> Verdict {
        let name = "\(client.reversed).\(list)"
        do throws(LookUpFailure) {
            let answer = try await resolver.query(name, .a)
            let codes = answer.records.compactMap { if case .a(let text) = $0 { IPAddress(text) } else { nil } }
            // Only 127.0.0.0/8 is an entry (RFC 5782 §2.1); 127.255.255.0/24 is how large lists say that they do not answer us.
            let isListed = codes.contains { $0.octets.first == 127 && !$0.octets.starts(with: [127, 255, 255]) }
            guard isListed else { return .accept }
            return .refuse(Refusal(isTemporary: false, status: "5.7.1", words: "\(client) is on the list \(list)\(await reason(name, resolver))"))
        } catch {
            return .refuse(Refusal(isTemporary: true, status: "4.7.1", words: "\(list) cannot be asked now, please try again later"))
        }
    }
    /// What the list says about it. (RFC 5782 §2.1)
    private static func reason(_ name: String, _ resolver: any NameResolver) async -> String {
        guard let answer = try? await resolver.query(name, .txt), case .txt(let text)? = answer.records.first else { return "" }
        let clean = text.prefix(200).filter { (32...126).contains($0) }
        return clean.isEmpty ? "" : ": \(String(decoding: clean, as: UTF8.self))"
    }
}
