// States by code: those of the United States, and how all are found.

/// Names of states and provinces, upper-case as the vendor's library gives them.
enum StateNames {
    static let unitedStates: [(code: String, name: String)] = pairs(
        """
        AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|DC District of Columbia|\
        FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|\
        MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|\
        NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|\
        OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|\
        VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|AS American Samoa|GU Guam|\
        MP Northern Mariana Islands|PR Puerto Rico|VI Virgin Islands, U.S.|\
        UM United States Minor Outlying Islands|\
        AA Armed Forces Americas|AE Armed Forces Europe|AP Armed Forces Pacific
        """)

    private static func pairs(_ text: String) -> [(code: String, name: String)] {
        text.split(separator: "|").map { (String($0.prefix(2)), $0.dropFirst(3).uppercased()) }
    }

    /// Whether the states of a country, given by its alpha-2 code, are known.
    static func isKnown(country: String) -> Bool { country == "US" || abroad[country] != nil }

    /// The state of a code or name in the country of an alpha-2 code; nil when it is not known.
    static func find(_ text: String, country: String) -> (code: String, name: String)? {
        let wanted = text.uppercased()
        if country == "US" { return unitedStates.first { $0.code == wanted || $0.name == wanted } }
        for state in abroad[country]?.split(separator: "|") ?? [] {
            guard let equals = state.firstIndex(of: "=") else { continue }
            let code = String(state[..<equals])
            let names = state[state.index(after: equals)...].split(separator: "/").map { $0.uppercased() }
            if code == wanted || names.contains(wanted) { return (code, names.first ?? code) }
        }
        return nil
    }
}
