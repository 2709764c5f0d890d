import Bytes
import Crypto
package import DNSCodec
import MIMECodec

/// What became of one DKIM signature. (RFC 8601 §2.7.1)
package struct DKIMResult: Sendable, Hashable {
    package var result: CheckResult
    /// Why, for people; empty for a plain pass.
    package var words: String
    /// As the field has them, cut to what a name may have: d=, s=, i=, a=, and the first eight characters of b= (RFC 6008).
    package var domain: String, selector: String, identity: String, algorithm: String, signature: String
    package init(result: CheckResult, words: String, domain: String, selector: String, identity: String, algorithm: String, signature: String) {
        self.result = result; self.words = words; self.domain = domain; self.selector = selector; self.identity = identity; self.algorithm = algorithm
        self.signature = signature
    }
}

/// Verifies the signatures of one message: first everything that the message itself tells, in one go over its octets; then, without them,
/// the keys. (RFC 6376 §6.1) At most `Limits.signatures`; the rest is not looked at.
package struct DKIMCheck: Sendable {
    private enum Finding: Sendable {
        case broken(DKIMSignature.Problem)
        case readable(DKIMSignature, headerDigest: [UInt8], bodyMatches: Bool)
    }
    private let findings: [(labels: DKIMResult, finding: Finding)]
    package var isEmpty: Bool { findings.isEmpty }

    /// `now`: seconds since 1970. Takes time with the size of the message: hash large ones off the loop.
    package init(_ message: Span<UInt8>, now: Int64) {
        let (fields, bodyStart) = HeaderReader.fields(message)
        let name = Array("dkim-signature".utf8)
        let own = FieldIndex([name], fields, message).places(name).prefix(Limits.signatures).map { fields[$0] }
        if own.isEmpty {
            findings = []
            return
        }
        let read = own.map { Self.read($0, message, now) }
        var header = SignedHeader(read.flatMap { (try? $0.signature.get())?.signedNames ?? [] }, fields, message)
        var bodyHashes: [Canonicalization: [UInt8]] = [:]
        var findings: [(DKIMResult, Finding)] = []
        for (field, (labels, outcome)) in zip(own, read) {
            do throws(DKIMSignature.Problem) {
                let signature = try outcome.get()
                let hash = bodyHashes[signature.bodyForm] ?? signature.bodyForm.bodyHash(message.extracting(bodyStart..<message.count))
                bodyHashes[signature.bodyForm] = hash
                let unsigned = SignedHeader.without(signature.signaturePlace, field, message)
                let digest = try header.digest(signature.signedNames, signature.headerForm, ownField: unsigned, message)
                findings.append((labels, .readable(signature, headerDigest: digest, bodyMatches: hash == signature.bodyHash)))
            } catch {
                findings.append((labels, .broken(error)))
            }
        }
        self.findings = findings
    }
    private static func read(
        _ field: HeaderField, _ message: Span<UInt8>, _ now: Int64
    ) -> (labels: DKIMResult, signature: Result<DKIMSignature, DKIMSignature.Problem>) {
        guard field.whole.count <= Limits.signatureField else {
            return (labels(nil), .failure(DKIMSignature.Problem(result: .neutral, words: "the field is too long")))
        }
        var value: [UInt8] = []
        for place in field.value.range { value.append(message[place]) }
        guard let tags = TagList(value) else {
            return (labels(nil), .failure(DKIMSignature.Problem(result: .neutral, words: "the field cannot be read")))
        }
        do throws(DKIMSignature.Problem) {
            return (labels(tags), .success(try DKIMSignature(tags, now: now)))
        } catch {
            return (labels(tags), .failure(error))
        }
    }
    private static func labels(_ tags: TagList?) -> DKIMResult {
        let labels = DKIMSignature.labels(tags)
        return DKIMResult(
            result: .neutral, words: "", domain: labels.domain, selector: labels.selector, identity: labels.identity, algorithm: labels.algorithm,
            signature: labels.signature)
    }

    /// One for each signature, in the order of the message. Keys are asked for at the same time.
    package func results(_ resolver: any NameResolver) async -> [DKIMResult] {
        await withTaskGroup(of: (Int, DKIMResult).self) { group in
            for (number, entry) in findings.enumerated() {
                group.addTask { (number, await Self.judge(entry.labels, entry.finding, resolver)) }
            }
            var results = findings.map(\.labels)
            for await (number, result) in group { results[number] = result }
            return results
        }
    }

    private static func judge(_ labels: DKIMResult, _ finding: Finding, _ resolver: any NameResolver) async -> DKIMResult {
        var result = labels
        do throws(DKIMSignature.Problem) {
            guard case .readable(let signature, let digest, let bodyMatches) = finding else {
                if case .broken(let problem) = finding { throw problem }
                return result
            }
            if result.identity.isEmpty { result.identity = signature.identity }
            let key = try await key(for: signature, resolver)
            let own = signature.identity.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
            if key.isStrict, DomainSyntax.normalised(String(own)) != signature.domain {
                throw DKIMSignature.Problem(result: .permerror, words: "the key is not for domains below it")
            }
            // A domain that tries things out is not blamed when they fail. (RFC 6376 §3.6.1, t=y)
            let failure: CheckResult = key.isTesting ? .neutral : .fail
            let testing = key.isTesting ? " (testing)" : ""
            guard bodyMatches else { throw DKIMSignature.Problem(result: failure, words: "the body was changed" + testing) }
            guard key.key.verify(signature.signature, digest: digest) else {
                throw DKIMSignature.Problem(result: failure, words: "the signature does not fit" + testing)
            }
            result.result = .pass
            result.words = key.isTesting ? "testing" : ""
        } catch {
            result.result = error.result
            result.words = error.words
        }
        return result
    }
    private static func key(for signature: DKIMSignature, _ resolver: any NameResolver) async throws(DKIMSignature.Problem) -> DKIMKey {
        let name = "\(signature.selector)._domainkey.\(signature.domain)"
        guard DomainSyntax.isName(name) else { throw DKIMSignature.Problem(result: .permerror, words: "no key: the name is too long") }
        let answer: DNSAnswer
        do throws(LookUpFailure) { answer = try await resolver.query(name, .txt) } catch {
            if error == .badName { throw DKIMSignature.Problem(result: .permerror, words: "no key") }
            throw DKIMSignature.Problem(result: .temperror, words: "the key cannot be looked up now")
        }
        let records = answer.records.compactMap { if case .txt(let text) = $0 { text } else { nil } }
        return try DKIMKey.find(records, for: signature)
    }
}
