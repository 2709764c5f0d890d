import MIMECodec
import Testing

@Suite struct HTMLTextTests {
    static let rows: [(String, String)] = [
        ("", ""), ("plain", "plain"), ("<p>a</p><p>b</p>", "a\r\n\r\nb\r\n"), ("a<br>b<br/>c", "a\r\nb\r\nc"), ("a<br><br>b", "a\r\n\r\nb"),
        ("<div>a</div><div>b</div>", "a\r\nb\r\n"), ("<ul><li>a</li><li>b</li></ul>", "a\r\nb\r\n"), ("<td>a</td><td>b</td>", "a b"),
        ("a  \r\n  b", "a b"), ("<b>a</b> <i>b</i>", "a b"), ("<b>a</b><i>b</i>", "ab"),
        ("<pre>a\n  b</pre>", "a\r\n  b\r\n"),
        ("&lt;b&gt; &amp; &quot;x&quot; &#65;&#x42;&#X43; &nbsp;&euro;", "<b> & \"x\" ABC  €"), ("&unknown; & &; &# &#x;", "&unknown; & &; &# &#x;"),
        ("&auml&ouml; &copy2024", "&auml&ouml; &copy2024".replacing("&auml&ouml;", with: "äö").replacing("&copy2024", with: "&copy2024")),
        ("&#0;&#1114112;&#55296;|", " \u{FFFD}\u{FFFD}|"),
        ("<script>x<y</script>a<style>p{}</style>b", "ab"), ("<SCRIPT SRC='x'>x</ScRiPt>a", "a"), ("<script>never closed", ""),
        ("<html><head><title>T</title><meta x></head><body>a</body></html>", "a"), ("<head>x<body>a", "a"), ("<head>x<p>a", "a"),
        ("<!-- a > b -->c", "c"), ("<!-- open > c", " c".trimmed), ("<!DOCTYPE html>a", "a"), ("<?xml version='1'?>a", "a"),
        ("a < b", "a < b"), ("a <3 b", "a <3 b"), ("1<2>3", "1<2>3"), ("<", "<"), ("a<", "a<"), ("</", "</"), ("<b", "<b"),
        ("<a title='x>y'>z</a>", "z"), ("<a title=\"x>y\">z</a>", "z"), ("<a title='never closed>z</a>w", "zw"), ("<p it's>a", "a"),
        ("<o:p>&nbsp;</o:p>a", " a"), ("&shy;a", "a"),
    ]
    @Test(arguments: rows) func toPlain(_ html: String, _ expected: String) {
        #expect(String(decoding: HTMLText.plain(fromHTML: Array(html.utf8)), as: UTF8.self) == expected)
    }
    @Test func toHTMLAndBack() {
        for text in ["a", "a\r\nb", "<b>&amp;\"", "  two", "a  b", "\ttab", "grüße\r\n\r\nende"] {
            let html = HTMLText.html(fromPlain: Array(text.utf8))
            #expect(!String(decoding: html, as: UTF8.self).contains("<b>"))
            let back = String(decoding: HTMLText.plain(fromHTML: html), as: UTF8.self)
            #expect(back.trimmed == text.replacing("\t", with: " ").trimmed, "\(text)")
        }
    }
    @Test func limit() { #expect(HTMLText.plain(fromHTML: Array(String(repeating: "<p>abc", count: 1_000).utf8), limit: 50).count <= 60) }
}

extension String {
    var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}
