import Model
import SessionKit
import Synchronization

/// What other threads have for one loop. Posting costs a lock and an append; the first post into an empty box wakes the loop, once for all.
final class PostBox: Sendable {
    enum Post: Sendable {
        case notice(ConnectionID, ChangeSet)
        /// A socket that a listener took: from now on the loop's.
        case adopt(Incoming)
        /// A socket that is being connected, the same.
        case dial(Outgoing)
        /// Something was found out in the middle of a session's call: look at the connection afterwards.
        case revisit(ConnectionID)
    }
    private let posts = Mutex<[Post]>([])

    /// True when the loop must be woken.
    func add(_ post: Post) -> Bool {
        posts.withLock { posts in
            posts.append(post)
            return posts.count == 1
        }
    }
    func take() -> [Post] {
        posts.withLock { posts in
            defer { posts = [] }
            return posts
        }
    }
}

/// An accepted socket on its way to its loop.
struct Incoming: Sendable {
    let descriptor: Int32
    let service: Service
    let peer: Peer
    let userID: UInt32?
    let admission: Admission.Key?
}
