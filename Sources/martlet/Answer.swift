// How an answer is shown: a table for people, JSON for programs, names for shells.
import MartletDaemon

struct Column {
    enum Form { case text, number, bytes }
    let title: String
    let key: String
    let form: Form
    init(_ title: String, _ key: String, _ form: Form = .text) { self.title = title; self.key = key; self.form = form }

    func cell(_ row: JSONValue) -> String {
        switch row[key] {
        case .string(let text): VisibleText.of(text)
        case .int(let number): form == .bytes ? ByteCount.text(number) : String(number)
        case .double(let number): String(number)
        case .bool(let value): value ? "yes" : "no"
        case .array(let values): values.map { $0.int.map(String.init) ?? VisibleText.of($0.string ?? "") }.joined(separator: " ")
        case .object, .null, nil: ""
        }
    }
}

enum Answer {
    /// `name` is the key that --quiet prints.
    static func show(_ rows: JSONValue, _ options: AnswerOptions, name: String, columns: [Column]) {
        let list = rows.array ?? [rows]
        if options.json { return print(rows.text(pretty: true)) }
        if options.quiet { return list.forEach { print(Column("", name).cell($0)) } }
        var table = [columns.map(\.title)]
        for row in list { table.append(columns.map { $0.cell(row) }) }
        let widths = columns.indices.map { index in table.map { $0[index].count }.max() ?? 0 }
        for line in table {
            var text = ""
            for (index, cell) in line.enumerated() {
                let space = String(repeating: " ", count: widths[index] - cell.count)
                text += columns[index].form == .text ? cell + space : space + cell
                text += "  "
            }
            print(text.reversed().drop { $0 == " " }.reversed().map(String.init).joined())
        }
    }
    /// One thing with its properties, a line each.
    static func show(_ thing: JSONValue, _ options: AnswerOptions, name: String, fields: [Column]) {
        if options.json { return print(thing.text(pretty: true)) }
        if options.quiet { return print(Column("", name).cell(thing)) }
        let width = fields.map(\.title.count).max() ?? 0
        for field in fields { print(field.title + String(repeating: " ", count: width - field.title.count + 2) + field.cell(thing)) }
    }
    /// What was done, in a sentence.
    static func done(_ result: JSONValue, _ options: AnswerOptions, name: String, _ sentence: String) {
        if options.json { return print(result.text(pretty: true)) }
        guard options.quiet else { return print(VisibleText.of(sentence)) }
        if let names = result[name]?.array {
            for each in names { print(Column("", name).cell(.object([name: each]))) }
        } else {
            print(Column("", name).cell(result))
        }
    }
}

enum ByteCount {
    static func text(_ bytes: Int64) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var size = Double(bytes), unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB"] where size >= 1024 { size /= 1024; unit = next }
        return "\((size * 10).rounded() / 10) \(unit)"
    }
    /// "500M", "2G", "1048576"; nil for anything else. "none" is the caller's word.
    static func parse(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        guard let last = text.last else { return nil }
        let unit = units[Character(last.uppercased())]
        guard let number = Int64(unit == nil ? text : String(text.dropLast())), number >= 0 else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflow ? nil : product
    }
}

/// Brings a request to the daemon or the store, and its failure to the shell.
enum Desk {
    static func ask(_ settings: SettingsOption, _ request: ControlRequest) async throws -> JSONValue {
        let office = Office(try settings.load())
        do throws(ControlFailure) {
            return try await office.ask(request)
        } catch {
            throw Terminal.failure(error)
        }
    }
}
