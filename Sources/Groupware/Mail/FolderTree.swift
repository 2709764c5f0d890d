package import MailStore
package import Model

/// An account's mail folders with their full names, as they were in one snapshot.
package struct FolderTree: Sendable {
    package struct Entry: Sendable {
        package let path: String
        package let row: FolderRow
        package let hasChildren: Bool
    }
    /// INBOX first, then by name.
    package let entries: [Entry]
    private let places: [String: Int]

    /// Folders of other classes, and what lies below them, are not mail and do not show.
    init(_ rows: [FolderRow]) {
        var byID: [FolderID: FolderRow] = [:]
        var parents: Set<FolderID> = []
        for row in rows where row.itemClass == .mail {
            byID[row.id] = row
            if let parent = row.parent { parents.insert(parent) }
        }
        var found: [(path: String, row: FolderRow)] = []
        for row in byID.values {
            if let path = Self.path(of: row, byID) { found.append((path, row)) }
        }
        found.sort { a, b in
            if a.row.role == .inbox || b.row.role == .inbox { return a.row.role == .inbox && b.row.role != .inbox }
            return a.path < b.path
        }
        entries = found.map { Entry(path: $0.path, row: $0.row, hasChildren: parents.contains($0.row.id)) }
        places = Dictionary(found.enumerated().map { ($0.element.path, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
    /// nil where a level above is no mail folder, or the levels run in a circle.
    private static func path(of row: FolderRow, _ byID: [FolderID: FolderRow]) -> String? {
        var levels = [row.name]
        var above = row.parent
        while let id = above {
            guard let parent = byID[id], levels.count < FolderPath.Limits.depth * 2 else { return nil }
            levels.append(parent.name)
            above = parent.parent
        }
        return levels.reversed().joined(separator: "/")
    }
    package func entry(_ path: FolderPath) -> Entry? { places[path.description].map { entries[$0] } }
    package func entry(_ id: FolderID) -> Entry? { entries.first { $0.row.id == id } }
}

extension ReadTransaction {
    /// The row of a mail folder by its full name; one look per level.
    func folder(_ path: FolderPath, of account: AccountID) throws -> FolderRow? {
        var parent: FolderID?
        var found: FolderRow?
        for level in path.levels {
            guard let row = try self.folder(of: account, under: parent, named: level), row.itemClass == .mail else { return nil }
            parent = row.id
            found = row
        }
        return found
    }
}
