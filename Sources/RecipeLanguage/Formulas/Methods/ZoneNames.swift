// Zones by the names ActiveSupport gives them.

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

    static func iana(_ name: String) -> String { cities[name] ?? name }
}
