/// Code page 5: the elements of the namespace Move, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.6)
@usableFromInline package enum Move {
    @inlinable package static var moveItems: WBXMLTag { WBXMLTag(0x0505) }
    @inlinable package static var move: WBXMLTag { WBXMLTag(0x0506) }
    @inlinable package static var srcMsgId: WBXMLTag { WBXMLTag(0x0507) }
    @inlinable package static var srcFldId: WBXMLTag { WBXMLTag(0x0508) }
    @inlinable package static var dstFldId: WBXMLTag { WBXMLTag(0x0509) }
    @inlinable package static var response: WBXMLTag { WBXMLTag(0x050A) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x050B) }
    @inlinable package static var dstMsgId: WBXMLTag { WBXMLTag(0x050C) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(5, "Move", [
        "MoveItems", "Move", "SrcMsgId", "SrcFldId", "DstFldId", "Response", "Status", "DstMsgId",
    ])
}
