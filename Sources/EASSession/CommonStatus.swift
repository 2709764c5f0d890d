import EASCodec
import Groupware
import MailStore

/// The status values that every command may answer with. (MS-ASCMD §2.2.2)
struct CommonStatus: Error, Equatable {
    let code: Int
    static let invalidContent = CommonStatus(code: 101)
    static let invalidWBXML = CommonStatus(code: 102)
    static let invalidXML = CommonStatus(code: 103)
    static let invalidDateTime = CommonStatus(code: 104)
    static let invalidIDs = CommonStatus(code: 106)
    static let invalidMIME = CommonStatus(code: 107)
    static let serverError = CommonStatus(code: 110)
    static let serverErrorRetryLater = CommonStatus(code: 111)
    static let mailboxQuotaExceeded = CommonStatus(code: 113)
    static let recipientUnresolved = CommonStatus(code: 116)
    static let messagePreviouslySent = CommonStatus(code: 118)
    static let messageHasNoRecipient = CommonStatus(code: 119)
    static let submissionFailed = CommonStatus(code: 120)
    static let attachmentTooLarge = CommonStatus(code: 122)
    static let accessDenied = CommonStatus(code: 130)
    static let syncStateNotFound = CommonStatus(code: 132)
    static let commandNotSupported = CommonStatus(code: 137)
    static let notFullyProvisionable = CommonStatus(code: 139)
    static let remoteWipeRequested = CommonStatus(code: 140)
    static let notProvisioned = CommonStatus(code: 142)
    static let invalidPolicyKey = CommonStatus(code: 144)
    static let externallyManaged = CommonStatus(code: 145)
    static let informationRequired = CommonStatus(code: 165)
    static let versionNotSupported = CommonStatus(code: 138)
    static let itemNotFound = CommonStatus(code: 150)
    static let invalidAccountId = CommonStatus(code: 166)
    static let notWithForwardees = CommonStatus(code: 178)

    init(code: Int) { self.code = code }
    init(_ error: RequestError) {
        switch error {
        case .malformed: self = .invalidWBXML
        case .unexpected, .tooMany, .invalid: self = .invalidXML
        }
    }
    /// An error that no command foresaw.
    init(storeError error: any Error) {
        if error as? MailFailure == .tryLater { self = .serverErrorRetryLater; return }
        switch error as? StoreError {
        case .overQuota: self = .mailboxQuotaExceeded
        case .full, .closed, .locked: self = .serverErrorRetryLater
        default: self = .serverError
        }
    }
}
