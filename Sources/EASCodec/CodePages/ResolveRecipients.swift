/// Code page 10: the elements of the namespace ResolveRecipients, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.11)
@usableFromInline package enum ResolveRecipients {
    @inlinable package static var resolveRecipients: WBXMLTag { WBXMLTag(0x0A05) }
    @inlinable package static var response: WBXMLTag { WBXMLTag(0x0A06) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x0A07) }
    @inlinable package static var type: WBXMLTag { WBXMLTag(0x0A08) }
    @inlinable package static var recipient: WBXMLTag { WBXMLTag(0x0A09) }
    @inlinable package static var displayName: WBXMLTag { WBXMLTag(0x0A0A) }
    @inlinable package static var emailAddress: WBXMLTag { WBXMLTag(0x0A0B) }
    @inlinable package static var certificates: WBXMLTag { WBXMLTag(0x0A0C) }
    @inlinable package static var certificate: WBXMLTag { WBXMLTag(0x0A0D) }
    @inlinable package static var miniCertificate: WBXMLTag { WBXMLTag(0x0A0E) }
    @inlinable package static var options: WBXMLTag { WBXMLTag(0x0A0F) }
    @inlinable package static var to: WBXMLTag { WBXMLTag(0x0A10) }
    @inlinable package static var certificateRetrieval: WBXMLTag { WBXMLTag(0x0A11) }
    @inlinable package static var recipientCount: WBXMLTag { WBXMLTag(0x0A12) }
    @inlinable package static var maxCertificates: WBXMLTag { WBXMLTag(0x0A13) }
    @inlinable package static var maxAmbiguousRecipients: WBXMLTag { WBXMLTag(0x0A14) }
    @inlinable package static var certificateCount: WBXMLTag { WBXMLTag(0x0A15) }
    @inlinable package static var availability: WBXMLTag { WBXMLTag(0x0A16) }
    @inlinable package static var startTime: WBXMLTag { WBXMLTag(0x0A17) }
    @inlinable package static var endTime: WBXMLTag { WBXMLTag(0x0A18) }
    @inlinable package static var mergedFreeBusy: WBXMLTag { WBXMLTag(0x0A19) }
    @inlinable package static var picture: WBXMLTag { WBXMLTag(0x0A1A) }
    @inlinable package static var maxSize: WBXMLTag { WBXMLTag(0x0A1B) }
    @inlinable package static var data: WBXMLTag { WBXMLTag(0x0A1C) }
    @inlinable package static var maxPictures: WBXMLTag { WBXMLTag(0x0A1D) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(10, "ResolveRecipients", [
        "ResolveRecipients", "Response", "Status", "Type", "Recipient", "DisplayName", "EmailAddress", "Certificates", "Certificate",
        "MiniCertificate", "Options", "To", "CertificateRetrieval", "RecipientCount", "MaxCertificates", "MaxAmbiguousRecipients",
        "CertificateCount", "Availability", "StartTime", "EndTime", "MergedFreeBusy", "Picture", "MaxSize", "Data", "MaxPictures",
    ])
}
