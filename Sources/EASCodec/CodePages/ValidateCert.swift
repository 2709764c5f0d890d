/// Code page 11: the elements of the namespace ValidateCert, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.12)
@usableFromInline package enum ValidateCert {
    @inlinable package static var validateCert: WBXMLTag { WBXMLTag(0x0B05) }
    @inlinable package static var certificates: WBXMLTag { WBXMLTag(0x0B06) }
    @inlinable package static var certificate: WBXMLTag { WBXMLTag(0x0B07) }
    @inlinable package static var certificateChain: WBXMLTag { WBXMLTag(0x0B08) }
    @inlinable package static var checkCRL: WBXMLTag { WBXMLTag(0x0B09) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x0B0A) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(11, "ValidateCert", [
        "ValidateCert", "Certificates", "Certificate", "CertificateChain", "CheckCRL", "Status",
    ])
}
