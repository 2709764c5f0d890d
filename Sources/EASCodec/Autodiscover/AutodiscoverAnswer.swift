/// The answers of Autodiscover as text. Everything from outside is escaped. (MS-ASCMD §2.2.1.1; MS-OXDSCLI §2.2.4)
package enum AutodiscoverAnswer {
    /// A server of mail for programs that do not speak ActiveSync.
    package struct MailServer: Sendable, Equatable {
        /// "IMAP", "SMTP"
        package let type: String
        package let host: String
        package let port: Int
        package init(type: String, host: String, port: Int) { self.type = type; self.host = host; self.port = port }
    }
    private static let head =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
        + "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\r\n"

    package static func mobileSync(displayName: String, address: String, url: String) -> String {
        head + "<Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006\">\r\n<Culture>en:us</Culture>\r\n"
            + "<User><DisplayName>\(escaped(displayName))</DisplayName><EMailAddress>\(escaped(address))</EMailAddress></User>\r\n"
            + "<Action><Settings><Server><Type>MobileSync</Type><Url>\(escaped(url))</Url><Name>\(escaped(url))</Name></Server></Settings></Action>\r\n"
            + "</Response>\r\n</Autodiscover>\r\n"
    }
    package static func outlook(displayName: String, address: String, servers: [MailServer]) -> String {
        var text = head + "<Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\">\r\n"
        text += "<User><DisplayName>\(escaped(displayName))</DisplayName></User>\r\n<Account><AccountType>email</AccountType><Action>settings</Action>\r\n"
        for server in servers {
            text += "<Protocol><Type>\(escaped(server.type))</Type><Server>\(escaped(server.host))</Server><Port>\(server.port)</Port>"
            text += "<DomainRequired>off</DomainRequired><LoginName>\(escaped(address))</LoginName><SPA>off</SPA><SSL>on</SSL>"
            text += "<AuthRequired>on</AuthRequired></Protocol>\r\n"
        }
        return text + "</Account>\r\n</Response>\r\n</Autodiscover>\r\n"
    }
    /// An error of the framework: 500 nobody known here, 600 not understood, 601 no such schema. `time`: "10:20:30.000". (MS-ASCMD §2.2.3.62)
    package static func error(_ code: Int, _ message: String, time: String) -> String {
        head
            + "<Response>\r\n<Error Time=\"\(escaped(time))\" Id=\"1\"><ErrorCode>\(code)</ErrorCode><Message>\(escaped(message))</Message><DebugData/></Error>\r\n"
            + "</Response>\r\n</Autodiscover>\r\n"
    }
    /// Text in an element or an attribute; what XML cannot carry is left out. (XML 1.0 §2.2, §2.4)
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "\t", "\n", "\r": output.unicodeScalars.append(" ")
            default: if scalar.value >= 32, scalar.value != 0xFFFE, scalar.value != 0xFFFF { output.unicodeScalars.append(scalar) }
            }
        }
        return output
    }
}
