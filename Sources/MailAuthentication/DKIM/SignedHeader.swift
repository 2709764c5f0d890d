import Bytes
import Crypto
import MIMECodec

/// Where the fields of certain names are. Looks at each field once and keeps nothing of the others: a header of a quarter of a million
/// fields costs no more than reading it. (threat T45)
struct FieldIndex {
    private var places: [[UInt8]: [Int]] = [:]

    /// `names` in lower case.
    init(_ names: some Sequence<[UInt8]>, _ fields: [HeaderField], _ message: Span<UInt8>) {
        var wanted: [UInt64: [[UInt8]]] = [:]
        for name in Set(names) { wanted[Self.mark(name.span, 0..<name.count), default: []].append(name) }
        for (number, field) in fields.enumerated() {
            guard let candidates = wanted[Self.mark(message, field.name.range)] else { continue }
            for name in candidates where Self.isNamed(name, field, message) { places[name, default: []].append(number) }
        }
    }
    /// From top to bottom.
    func places(_ name: [UInt8]) -> [Int] { places[name] ?? [] }

    /// FNV-1a of the name in lower case: only a first look, equality decides.
    private static func mark(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var mark: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { mark = (mark ^ UInt64(ASCII.lower(bytes[index]))) &* 0x100_0000_01B3 }
        return mark
    }
    private static func isNamed(_ name: [UInt8], _ field: HeaderField, _ message: Span<UInt8>) -> Bool {
        guard field.name.count == name.count else { return false }
        for index in 0..<name.count where ASCII.lower(message[field.name.start + index]) != name[index] { return false }
        return true
    }
}

/// The octets of the header that signatures cover. (RFC 6376 §3.7, §5.4.2) A field is canonicalised once, however many signatures have it.
struct SignedHeader {
    private let fields: [HeaderField]
    private let index: FieldIndex
    private var relaxed: [Int: [UInt8]] = [:]

    init(_ names: some Sequence<[UInt8]>, _ fields: [HeaderField], _ message: Span<UInt8>) {
        self.fields = fields
        index = FieldIndex(names, fields, message)
    }
    /// How many fields have this name.
    func count(_ name: [UInt8]) -> Int { index.places(name).count }

    /// A signature's own field with nothing after its b=; `place` says where in the value that of b= is.
    static func without(_ place: Range<Int>, _ field: HeaderField, _ message: Span<UInt8>) -> [UInt8] {
        let cut = (field.value.start + place.lowerBound)..<(field.value.start + place.upperBound)
        var output: [UInt8] = []
        output.reserveCapacity(field.whole.count)
        for index in field.whole.range where !cut.contains(index) { output.append(message[index]) }
        return output
    }

    mutating func digest(
        _ names: [[UInt8]], _ form: Canonicalization, ownField: [UInt8], _ message: Span<UInt8>
    ) throws(DKIMSignature.Problem) -> [UInt8] {
        var digest = Digest(.sha256)
        var used: [[UInt8]: Int] = [:]
        var octets = 0
        for name in names {
            // Each mention takes the next instance from the bottom; one too many stands for "there is no other".
            let places = index.places(name), before = used[name, default: 0]
            used[name] = before + 1
            guard before < places.count else { continue }
            let number = places[places.count - 1 - before]
            octets += fields[number].whole.count
            guard octets <= Limits.signedOctets else { throw DKIMSignature.Problem(result: .permerror, words: "the header is too long") }
            switch form {
            case .simple: digest.update(form.field(fields[number], of: message))
            case .relaxed:
                let field = relaxed[number] ?? form.field(fields[number], of: message)
                relaxed[number] = field
                digest.update(field)
            }
        }
        let span = ownField.span
        var canonical: [UInt8] = []
        if let field = HeaderReader.fields(span).fields.first { canonical = form.field(field, of: span) }
        digest.update(Array(canonical.dropLast(2)))  // without its line end
        return digest.finish()
    }
}
