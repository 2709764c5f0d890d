// Times the writer and the reader on an answer of 100 mails. usage: wbxml-bench DOCUMENT ROUNDS: writes the answer to DOCUMENT for the peer to
// read, and prints microseconds for one document: "encode N", "decode N".
import Bytes
import EASCodec
import Glibc

let arguments = CommandLine.arguments
guard arguments.count == 3, let rounds = Int(arguments[2]), rounds > 0 else {
    print("usage: wbxml-bench DOCUMENT ROUNDS")
    exit(64)
}
let mails = Mail.some(100)
let document = encode(mails)
guard let file = unsafe fopen(arguments[1], "w"), unsafe fwrite(document, 1, document.count, file) == document.count, unsafe fclose(file) == 0 else {
    print("cannot write \(arguments[1])")
    exit(74)
}
var total = 0
let encodeTime = best(of: rounds) { total &+= encode(mails).count }
let decodeTime = best(of: rounds) { total &+= decode(document) }
let textTime = best(of: rounds) { total &+= readTexts(document) }
let copyTime = best(of: rounds) { total &+= copy(document) }
print("bytes \(document.count)\nencode \(encodeTime)\ndecode \(decodeTime)\ncopy \(copyTime)\ntexts \(textTime)\nsum \(total)")
