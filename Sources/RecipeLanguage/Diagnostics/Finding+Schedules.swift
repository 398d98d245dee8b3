// What checking can find in the settings of a schedule.

extension Finding {
    static func badCron(_ error: CronError) -> Finding { Finding("bad_cron", error.message, hint: error.suggestion) }
    static func scheduleNeedsOne() -> Finding {
        Finding(
            "missing_key", "a schedule needs \"cron\", \"every\" or a calendar with \"at\"",
            hint: "for example \"cron\": \"30 9 * * mon-fri\"")
    }
    static func calendarNeedsTime() -> Finding {
        Finding("missing_key", "a calendar needs \"at\", the times of day", hint: "for example \"at\": [\"09:30\"]")
    }
    static func scheduleHasBoth(_ one: String, _ other: String) -> Finding {
        Finding(
            "two_schedules",
            "a schedule has \"cron\", \"every\" or a calendar, but this one has \"\(one)\" and \"\(other)\"",
            hint: "remove one of them")
    }
    static func unknownZone(_ name: String) -> Finding {
        Finding(
            "unknown_time_zone", "there is no time zone \"\(name.prefix(64))\"",
            hint: ZoneNames.suggestion(for: name) ?? "it is an IANA name like \"Europe/Berlin\"")
    }
    static func badTime(_ name: String, found: String) -> Finding {
        Finding("bad_time", "\(name) must be \(ScheduleTime.form), not \"\(found.prefix(40))\"")
    }
    static func badDate(found: String) -> Finding {
        let isTime = ScheduleTime(parsing: found) != nil
        return Finding(
            "bad_date", "\"except\" holds dates like \"2026-12-25\", not \"\(found.prefix(40))\"",
            hint: isTime ? "leave the time out: whole days are excepted" : nil)
    }
    static func badChoice(_ key: String, wanted: String, found: String, hint: String? = nil) -> Finding {
        Finding("not_a_choice", "\"\(key)\" holds \(wanted), not \"\(found.prefix(40))\"", hint: hint)
    }
    static func emptyList(_ name: String) -> Finding {
        Finding("empty_list", "\(name) must not be empty", hint: "leave it out, or write what it shall hold")
    }
    static func wholeSeconds(found: String) -> Finding {
        Finding("bad_duration", "\"every\" counts whole seconds, not \(found)")
    }
    static func endBeforeStart() -> Finding {
        Finding("end_before_start", "\"end\" is before \"start\"", hint: "swap them, or correct one")
    }
    static func noEffect(_ key: String, because reason: String) -> Finding {
        Finding(
            "no_effect", "\"\(key)\" changes nothing here: \(reason)", hint: "remove it", severity: .warning)
    }
    static func longJitter(_ jitter: String, interval: String) -> Finding {
        Finding(
            "long_jitter",
            "with a jitter of up to \(jitter), a start may come after the next one is due (every \(interval))",
            hint: "make it shorter than \(interval)", severity: .warning)
    }
    static func neverFires(_ reason: String, hint: String) -> Finding {
        Finding("never_fires", "this schedule never starts anything: \(reason)", hint: hint, severity: .warning)
    }
    static func fallsIntoGap(_ times: String, date: String, zone: String, jump: String, effect: String) -> Finding {
        Finding(
            "clock_change",
            "on \(date) there is no \(times) in \(zone), where the clocks go from \(jump); this schedule then \(effect)",
            hint: "choose a time outside that hour, or settle it with \"dst\": \"skip\" or \"run_once\"",
            severity: .warning)
    }
}
