/// What a check of a message found, in the words of Authentication-Results. (RFC 8601 §2.7)
package enum CheckResult: String, Sendable, Hashable {
    case none, pass, fail, softfail, neutral, policy, temperror, permerror
}
