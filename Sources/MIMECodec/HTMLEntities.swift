/// Character references of HTML that mail uses: the Latin ones, Greek, punctuation, arrows. Unknown names stay as they are written.
enum HTMLEntities {
    /// Names and code points; case matters.
    static let table: [String: UInt32] = {
        var table: [String: UInt32] = [:]
        for (index, name) in latin.split(separator: " ").enumerated() { table[String(name)] = 160 + UInt32(index) }
        for (first, names) in runs {
            for (index, name) in names.split(separator: " ").enumerated() where name != "-" { table[String(name)] = first + UInt32(index) }
        }
        return table
    }()
    /// The longest name in the table.
    static let longest = 8

    private static let latin =
        "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest "
        + "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig "
        + "agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
    private static let runs: [(UInt32, String)] = [
        (0x22, "quot"), (0x26, "amp apos"), (0x3C, "lt - gt"), (0x152, "OElig oelig"), (0x160, "Scaron scaron"), (0x178, "Yuml"), (0x192, "fnof"),
        (0x2C6, "circ"), (0x2DC, "tilde"),
        (0x391, "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi Psi Omega"),
        (0x3B1, "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega"),
        (0x2002, "ensp emsp"), (0x2009, "thinsp"), (0x200C, "zwnj zwj lrm rlm"), (0x2013, "ndash mdash"), (0x2018, "lsquo rsquo sbquo - ldquo rdquo bdquo"),
        (0x2020, "dagger Dagger bull"), (0x2026, "hellip"), (0x2030, "permil"), (0x2032, "prime Prime"), (0x2039, "lsaquo rsaquo"), (0x203E, "oline"),
        (0x2044, "frasl"), (0x20AC, "euro"), (0x2122, "trade"), (0x2190, "larr uarr rarr darr harr"), (0x21D2, "rArr"), (0x21D4, "hArr"),
        (0x2200, "forall"), (0x2202, "part exist - empty"), (0x2207, "nabla isin"), (0x220F, "prod - sum minus"), (0x221A, "radic"), (0x221E, "infin"),
        (0x2248, "asymp"), (0x2260, "ne equiv"), (0x2264, "le ge"), (0x25CA, "loz"), (0x2660, "spades - - clubs - hearts diams"),
    ]
}
