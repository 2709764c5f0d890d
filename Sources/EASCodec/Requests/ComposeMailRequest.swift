/// SendMail, SmartReply and SmartForward: three roots, one content. (MS-ASCMD §2.2.1.17, §2.2.1.19, §2.2.1.20)
package struct ComposeMailRequest: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case send, reply, forward }
    package struct Source: Sendable, Hashable {
        package var folderId: String?
        package var itemId: String?
        package var longId: String?
        package var instanceId: String?
        package init(folderId: String? = nil, itemId: String? = nil, longId: String? = nil, instanceId: String? = nil) {
            (self.folderId, self.itemId, self.longId, self.instanceId) = (folderId, itemId, longId, instanceId)
        }
    }
    package let kind: Kind
    /// Names this submission: the same one again is the same mail.
    package var clientId: String?
    package var accountId: String?
    /// What is answered or forwarded.
    package var source: Source?
    package var savesInSentItems = false
    /// The MIME is the whole mail; the source is not added to it.
    package var replacesMime = false
    /// nil: absent.
    package var mime: [UInt8]?
    package var templateId: String?
    /// Forwardees are there, or a Body instead of a message: a meeting is forwarded. (MS-ASCMD §2.2.3.79)
    package var hasForwardees = false

    package init(document: [UInt8]) throws(RequestError) {
        var reader: TokenReader
        do throws(WBXMLError) { reader = try TokenReader(document, isLenient: true) } catch { throw .malformed(error) }
        switch try reader.root() {
        case ComposeMail.sendMail: kind = .send
        case ComposeMail.smartReply: kind = .reply
        case ComposeMail.smartForward: kind = .forward
        default: throw .unexpected
        }
        while let tag = try reader.child() {
            switch tag {
            case ComposeMail.clientId: clientId = try reader.text()
            case ComposeMail.accountId: accountId = try reader.text()
            case ComposeMail.source: source = try Source(&reader)
            // Present means true, whatever it holds but "0".
            case ComposeMail.saveInSentItems: savesInSentItems = try reader.boolean() ?? true
            case ComposeMail.replaceMime: replacesMime = try reader.boolean() ?? true
            case ComposeMail.mime: mime = try reader.data()
            case RightsManagement.templateID: templateId = try reader.text()
            case ComposeMail.forwardees, AirSyncBase.body:
                hasForwardees = true
                try reader.skip()
            default: try reader.skip()
            }
        }
        try reader.finish()
    }
}

extension ComposeMailRequest.Source {
    init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case ComposeMail.folderId: folderId = try reader.text()
            case ComposeMail.itemId: itemId = try reader.text()
            case ComposeMail.longId: longId = try reader.text()
            case ComposeMail.instanceId: instanceId = try reader.text()
            default: try reader.skip()
            }
        }
    }
}
