import Crypto
import EASCodec
import Model

/// ValidateCert: whether certificates that came with mail lead to an authority of this machine. No list of revocations is asked for: who must
/// have one is told that it is not known. (MS-ASCMD §2.2.1.22)
enum ValidateCertCommand {
    /// (MS-ASCMD §2.2.3.177.18)
    enum Status {
        static let success = 1, protocolError = 2, badSignature = 3, untrusted = 4, badChain = 5, notForMail = 6, expired = 7, chainTimes = 8
        static let chainPurpose = 9, incorrect = 10, noAuthority = 11, revocationUnknown = 16, serverError = 17
    }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked: ValidateCertRequest
        do throws(RequestError) {
            asked = try ValidateCertRequest(document: request.body)
        } catch .tooMany {
            return refused
        }
        guard !asked.certificates.isEmpty, asked.certificates.count <= ValidateCertRequest.Limits.certificates,
            asked.chain.count <= ValidateCertRequest.Limits.certificates
        else { return refused }
        let verdicts = await verdicts(of: asked, now: service.clock())
        var writer = TokenWriter()
        writer.open(ValidateCert.validateCert)
        writer.element(ValidateCert.status, Status.success)
        for verdict in verdicts {
            writer.element(ValidateCert.certificate) { $0.element(ValidateCert.status, status(of: verdict, mustKnowRevocation: asked.checksRevocation)) }
        }
        writer.close()
        return .answer(.document(writer))
    }
    private static var refused: CommandResult { .answer(.status(Status.protocolError, ValidateCert.validateCert, ValidateCert.status)) }

    /// Beside the loop: signatures cost milliseconds.
    @concurrent private static func verdicts(of asked: ValidateCertRequest, now: Timestamp) async -> [CertificateTrust.Verdict] {
        // What is no base64 is an empty certificate, which is none.
        CertificateTrust.check(asked.certificates.map { $0 ?? [] }, chain: asked.chain.compactMap { $0 }, now: now.seconds)
    }
    private static func status(of verdict: CertificateTrust.Verdict, mustKnowRevocation: Bool) -> Int {
        switch verdict {
        case .valid: mustKnowRevocation ? Status.revocationUnknown : Status.success
        case .malformed, .incorrect: Status.incorrect
        case .badSignature: Status.badSignature
        case .untrusted: Status.untrusted
        case .badChain: Status.badChain
        case .wrongPurpose: Status.notForMail
        case .wrongPurposeInChain: Status.chainPurpose
        case .expired: Status.expired
        case .expiredInChain: Status.chainTimes
        case .noAuthority: Status.noAuthority
        case .failed: Status.serverError
        }
    }
}
