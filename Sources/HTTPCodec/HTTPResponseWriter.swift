package import Bytes

/// Writes the head of a response. A length is always given and chunks are never used: old phones read those badly. It names no software.
/// (RFC 9112 §4, RFC 9110 §8.6)
package enum HTTPResponseWriter {
    package static let interim = "HTTP/1.1 100 Continue\r\n\r\n"

    /// `seconds`: since 1970, for Date. `keepsAlive`: what the connection will do. `isHTTP11`: what the client speaks.
    package static func writeHead(_ response: HTTPResponse, keepsAlive: Bool, isHTTP11: Bool, seconds: Int64, to output: inout ByteBuffer) {
        output.append("HTTP/1.1 ")
        output.append(decimal: response.status)
        output.append(" ")
        output.append(reason(response.status))
        output.append("\r\nDate: ")
        output.append(HTTPDate.text(seconds))
        for field in response.headers.fields where !isOurs(field.name) {
            output.append("\r\n")
            appendSafe(field.name, to: &output)
            output.append(": ")
            appendSafe(field.value, to: &output)
        }
        if hasLength(response.status) {
            output.append("\r\nContent-Length: ")
            output.append(decimal: response.bodyCount)
        }
        if !keepsAlive {
            output.append("\r\nConnection: close")
        } else if !isHTTP11 {
            output.append("\r\nConnection: keep-alive")
        }
        output.append("\r\n\r\n")
    }
    /// Whether a body follows the head.
    package static func hasBody(_ status: Int, method: String) -> Bool { hasLength(status) && status != 304 && method != "HEAD" }

    private static func hasLength(_ status: Int) -> Bool { status >= 200 && status != 204 }
    private static func isOurs(_ name: String) -> Bool {
        ["Date", "Content-Length", "Connection", "Transfer-Encoding"].contains { HTTPHeaders.isSame($0, name) }
    }
    /// A value that holds a line end would end the head: controls become blanks. (CWE-113)
    private static func appendSafe(_ text: String, to output: inout ByteBuffer) {
        for byte in text.utf8 { output.append(ASCII.isControl(byte) ? ASCII.space : byte) }
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 449: "Retry after sending a PROVISION command"  // MS-ASPROV §3.1.5.1
        case 451: "Unavailable For Legal Reasons"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Status"
        }
    }
}
