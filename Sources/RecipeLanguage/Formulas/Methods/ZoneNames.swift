// Zones by the names ActiveSupport gives them, and what was meant by a name that is none.

import Foundation

/// Names of zones that are no IANA names: cities as ActiveSupport lists them.
enum ZoneNames {
    private static let cities: [String: String] = [
        "Pacific Time (US & Canada)": "America/Los_Angeles", "Mountain Time (US & Canada)": "America/Denver",
        "Central Time (US & Canada)": "America/Chicago", "Eastern Time (US & Canada)": "America/New_York",
        "Atlantic Time (Canada)": "America/Halifax", "Alaska": "America/Juneau", "Hawaii": "Pacific/Honolulu",
        "Arizona": "America/Phoenix", "London": "Europe/London", "Dublin": "Europe/Dublin", "Lisbon": "Europe/Lisbon",
        "Paris": "Europe/Paris", "Berlin": "Europe/Berlin", "Madrid": "Europe/Madrid", "Rome": "Europe/Rome",
        "Amsterdam": "Europe/Amsterdam", "Brussels": "Europe/Brussels", "Vienna": "Europe/Vienna",
        "Stockholm": "Europe/Stockholm",
        "Copenhagen": "Europe/Copenhagen", "Prague": "Europe/Prague", "Warsaw": "Europe/Warsaw",
        "Budapest": "Europe/Budapest",
        "Athens": "Europe/Athens", "Helsinki": "Europe/Helsinki", "Istanbul": "Europe/Istanbul",
        "Moscow": "Europe/Moscow",
        "Cairo": "Africa/Cairo", "Jerusalem": "Asia/Jerusalem", "Riyadh": "Asia/Riyadh", "Abu Dhabi": "Asia/Muscat",
        "Mumbai": "Asia/Kolkata", "New Delhi": "Asia/Kolkata", "Chennai": "Asia/Kolkata", "Kolkata": "Asia/Kolkata",
        "Kathmandu": "Asia/Kathmandu", "Bangkok": "Asia/Bangkok", "Jakarta": "Asia/Jakarta", "Beijing": "Asia/Shanghai",
        "Hong Kong": "Asia/Hong_Kong", "Singapore": "Asia/Singapore", "Taipei": "Asia/Taipei",
        "Perth": "Australia/Perth",
        "Tokyo": "Asia/Tokyo", "Osaka": "Asia/Tokyo", "Seoul": "Asia/Seoul", "Adelaide": "Australia/Adelaide",
        "Brisbane": "Australia/Brisbane", "Sydney": "Australia/Sydney", "Melbourne": "Australia/Melbourne",
        "Auckland": "Pacific/Auckland", "Wellington": "Pacific/Auckland", "Brasilia": "America/Sao_Paulo",
        "Buenos Aires": "America/Argentina/Buenos_Aires", "Bogota": "America/Bogota", "Lima": "America/Lima",
        "Santiago": "America/Santiago", "Mexico City": "America/Mexico_City", "Zurich": "Europe/Zurich",
        "Bern": "Europe/Zurich",
    ]

    /// The first zone, by ActiveSupport's names, that is so many hours ahead of UTC in winter; from -12 to 13.
    static func first(hours: Int) -> String? {
        (-12...13).contains(hours) ? byHours[hours + 12] : nil
    }

    private static let byHours = [
        "Etc/GMT+12", "Pacific/Pago_Pago", "Pacific/Honolulu", "America/Juneau", "America/Los_Angeles",
        "America/Phoenix",
        "America/Guatemala", "America/Bogota", "America/Halifax", "America/Sao_Paulo", "America/Nuuk",
        "Atlantic/Azores",
        "Europe/London", "Europe/Amsterdam", "Europe/Athens", "Asia/Baghdad", "Asia/Muscat", "Asia/Almaty",
        "Asia/Dhaka",
        "Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo", "Australia/Brisbane", "Asia/Magadan", "Pacific/Auckland",
        "Pacific/Tongatapu",
    ]

    static func iana(_ name: String) -> String { cities[name] ?? name }

    /// What was probably meant by the name of no zone: its right spelling, its continent, or the place of an abbreviation.
    static func suggestion(for name: String) -> String? {
        let known = system
        let wanted = name.lowercased().replacing(" ", with: "_")
        if let city = cities[name] { return "write \"\(city)\"" }
        if let zone = known.first(where: { $0.lowercased() == wanted || $0.lowercased().hasSuffix("/" + wanted) }) {
            return "write \"\(zone)\""
        }
        if let zone = abbreviations[name.uppercased()] { return "write the name of a place, like \"\(zone)\"" }
        let places = known.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        if let near = Suggestion.closest(to: name, among: known) { return "did you mean \"\(near)\"?" }
        guard let place = Suggestion.closest(to: wanted, among: places), let index = places.firstIndex(of: place)
        else { return nil }
        return "did you mean \"\(known[index])\"?"
    }

    /// Abbreviations say less than a place: they stand for one offset, or for several zones.
    private static let abbreviations = [
        "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
        "MDT": "America/Denver", "MT": "America/Denver", "CST": "America/Chicago", "CDT": "America/Chicago",
        "CT": "America/Chicago", "EDT": "America/New_York", "ET": "America/New_York", "BST": "Europe/London",
        "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
        "CEST": "Europe/Berlin", "EEST": "Europe/Athens", "MSK": "Europe/Moscow", "Z": "UTC",
    ]

    /// The zones of the system; read when a name is wrong.
    private static let system: [String] = {
        let files = FileManager.default.enumerator(atPath: ZoneFile.folder)
        var names: [String] = []
        while let name = files?.nextObject() as? String, names.count < 4_000 {
            let isZone = name.first?.isUppercase == true && !name.contains(".") && !name.hasPrefix("Etc/")
            if isZone, !name.hasPrefix("SystemV/") { names.append(name) }
        }
        return (names + ["Etc/UTC"]).sorted()
    }()
}
