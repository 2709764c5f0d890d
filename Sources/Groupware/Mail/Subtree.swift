package import MailStore
import Model

/// A folder and all that lies below it, of whatever class.
package struct Subtree: Sendable {
    /// The folder itself, then parents before children.
    package let rows: [FolderRow]
    /// Levels below the folder; 0 where nothing lies there.
    package let depth: Int

    /// `all`: the folders of the account.
    package init(_ top: FolderRow, in all: [FolderRow]) {
        let children = Dictionary(grouping: all.filter { $0.parent != nil }, by: \.parent)
        var found: [FolderRow] = [], level = [top], levels = 0
        // Parents that run in a circle, which the store forbids, end it too.
        while !level.isEmpty, found.count <= all.count {
            found += level
            level = level.flatMap { children[$0.id] ?? [] }
            levels += 1
        }
        rows = found
        depth = levels - 1
    }
}
