import MIMECodec
import Testing

@Suite struct ParameterParserTests {
    private func shape(_ parameters: [Parameter]) -> String {
        parameters.map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" }.joined(separator: "|")
    }
    static let types: [(String, String?)] = [
        ("text/plain", "text/plain "),
        ("TEXT/HTML; Charset=UTF-8", "text/html charset=UTF-8"),
        ("text/plain; charset=\"us-ascii\" (comment)", "text/plain charset=us-ascii"),
        ("text (c) / (d) plain ; (e) charset (f) = (g) x", "text/plain charset=x"),
        (#"multipart/mixed; boundary="a\"b""#, #"multipart/mixed boundary=a"b"#),
        ("multipart/mixed;; boundary=x", "multipart/mixed boundary=x"),
        ("multipart/mixed; boundary=----=_Next", "multipart/mixed boundary=----=_Next"),
        ("application/pdf; name=my file (1).pdf", "application/pdf name=my file (1).pdf"),
        ("application/pdf; name=file(1).pdf; x=y", "application/pdf name=file(1).pdf|x=y"),
        ("application/pdf name=\"x.pdf\"", "application/pdf name=x.pdf"),
        ("text/plain; format=flowed delsp=yes", "text/plain format=flowed|delsp=yes"),
        ("text/plain; charset=\"utf-8", "text/plain charset=utf-8"),
        ("text/plain; charset=", "text/plain charset="),
        ("text/plain; =x; y=z", "text/plain y=z"),
        ("text/plain; a=1; a=2", "text/plain a=1|a=2"),
        ("text", nil), ("/plain", nil), ("text/", nil), ("", nil), (";", nil), ("(text/plain", nil),
        // RFC 2231 §3: sections in any order
        ("a/b; x*1=b; x*0=a; x*2=c", "a/b x=abc"),
        ("a/b; x*0*=us-ascii'en'a%20; x*1*=%2A; x*2=\"it's\"", "a/b x*=us-ascii'en'a%20%2Ait's"),
        ("a/b; x*0*=utf-8''a; x*1=\"100%\"", "a/b x*=utf-8''a100%25"),
        ("a/b; x*0=a; x*2=c", "a/b x=a"),
        ("a/b; x*0=a; x*0=b; x*1=c", "a/b x=ac"),
        ("a/b; x*=utf-8''%C3%A4", "a/b x*=utf-8''%C3%A4"),
        ("a/b; x*99999999999=a; y=1", "a/b x*99999999999=a|y=1"),
    ]
    @Test(arguments: types) func readsContentTypes(_ text: String, _ expected: String?) {
        let found = ParameterParser.contentType(Array(text.utf8)).map { "\($0.type)/\($0.subtype) \(shape($0.parameters))" }
        #expect(found == expected)
    }
    static let texts: [(String, String?)] = [
        ("a/b; name=x.txt", "x.txt"),
        ("a/b; name*=utf-8''%C3%A4.txt", "ä.txt"),
        ("a/b; name*=iso-8859-1'de'%E4.txt", "ä.txt"),
        ("a/b; name=plain.txt; name*=utf-8''%C3%A4.txt", "ä.txt"),
        ("a/b; name*0*=utf-8''%C3; name*1*=%A4; name*2=.txt", "ä.txt"),
        ("a/b; name=\"=?utf-8?Q?=C3=A4.txt?=\"", "ä.txt"),
        ("a/b; name*=%C3%A4.txt", "ä.txt"),
        ("a/b; name*=''%41%4", "A%4"),
        ("a/b; name*=utf-8''a%0Ab", "a b"),
        ("a/b", nil),
    ]
    @Test(arguments: texts) func decodesTexts(_ text: String, _ expected: String?) {
        #expect(ParameterParser.contentType(Array(text.utf8)).flatMap { ParameterParser.text("name", $0.parameters) } == expected)
    }
    @Test func dispositions() {
        #expect(ParameterParser.disposition(Array("Attachment; FileName=x".utf8)) == Disposition(value: "attachment", parameters: [Parameter(name: "filename", value: [0x78])]))
        #expect(ParameterParser.disposition(Array(" ;x=y".utf8)) == nil)
    }
    @Test func countsAreLimited() throws {
        let many = "a/b" + (0..<1_000).map { ";p\($0)=x" }.joined()
        #expect(try #require(ParameterParser.contentType(Array(many.utf8))).parameters.count <= Limits.parameters)
        let sections = "a/b" + (0..<5_000).map { ";x*\($0)=y" }.joined()
        #expect(try #require(ParameterParser.contentType(Array(sections.utf8))).parameters.first?.value.count == 1_000)
    }
}
