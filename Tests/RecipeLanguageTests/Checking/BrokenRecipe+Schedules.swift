// Recipes whose schedules have mistakes.

extension BrokenRecipe {
    /// A recipe with these settings, from column 14 of line 3 on.
    private static func schedule(_ name: String, _ settings: String, mistakes: String) -> BrokenRecipe {
        BrokenRecipe(
            name,
            source: """
                { "galley": 1,
                  "trigger": { "use": "schedule",
                    "input": \(settings) },
                  "steps": [ { "wait": "1s" } ] }
                """,
            mistakes: mistakes)
    }

    static let inSchedules = [
        BrokenRecipe(
            "a schedule without a time",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "schedule" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:23 [missing_key] /trigger/use a schedule needs "cron", "every" or a calendar with "at" | for example "cron": "30 9 * * mon-fri"
                """#),
        schedule(
            "a schedule with three times", #"{ "at": ["09:00"], "cron": "0 9 * * *", "every": "1h" }"#,
            mistakes: #"""
                3:16 [two_schedules] /trigger/input/at a schedule has "cron", "every" or a calendar, but this one has "cron" and "at" | remove one of them
                3:54 [two_schedules] /trigger/input/every a schedule has "cron", "every" or a calendar, but this one has "cron" and "every" | remove one of them
                """#),
        schedule(
            "a limit without its policy, and one that is none", #"{ "every": "1h", "catch_up_limit": 0 }"#,
            mistakes: #"""
                3:31 [no_effect] (warning) /trigger/input/catch_up_limit "catch_up_limit" changes nothing here: it belongs to "catch_up": "all" | remove it
                3:49 [out_of_range] /trigger/input/catch_up_limit "catch_up_limit" must be from 1 to 10000, not 0
                """#),
        schedule(
            "a bad cron, dst and durations", #"{ "cron": "0 25 * * *", "dst": "twice", "jitter": "5 min" }"#,
            mistakes: #"""
                3:24 [bad_cron] /trigger/input/cron the hour is from 0 to 23, not 25
                3:45 [not_a_choice] /trigger/input/dst "dst" must be one of "skip", "run_once", "run_both", not "twice"
                3:64 [bad_duration] /trigger/input/jitter "jitter" must be a duration like "500ms", "2s", "15m", "1h30m" or "1d", not "5 min"
                """#),
        schedule(
            "Quartz's cron without its name", #"{ "cron": "0 0 12 ? * FRI#2 2027" }"#,
            mistakes: #"""
                3:24 [bad_cron] /trigger/input/cron a cron expression has five fields (minute, hour, day, month, weekday), or six with seconds in front, not 7 | for Quartz's year field say "dialect": "quartz"
                """#),
        schedule(
            "a weekday of Quartz without its name", #"{ "cron": "0 0 12 L-3 * ?" }"#,
            mistakes: #"""
                3:24 [bad_cron] /trigger/input/cron "L-3" in the day of the month is Quartz's | for Quartz's rules say "dialect": "quartz"
                """#),
        schedule(
            "Quartz's name without its cron", #"{ "cron": "0 12 * * *", "dialect": "quartz" }"#,
            mistakes: #"""
                3:24 [bad_cron] /trigger/input/cron Quartz's dialect has six fields (second, minute, hour, day, month, weekday), or seven with a year behind, not 5 | without "dialect": "quartz" it is right
                """#),
        schedule(
            "a cron that never fires", #"{ "cron": "0 0 31 feb *" }"#,
            mistakes: #"""
                3:24 [never_fires] (warning) /trigger/input/cron this schedule never starts anything: none of its months has such a day | look at the day and the month
                """#),
        schedule(
            "a schedule that is over", #"{ "every": "1h", "end": "2024-12-31" }"#,
            mistakes: #"""
                3:25 [never_fires] (warning) /trigger/input/every this schedule never starts anything: its end is over | look at "end"
                """#),
        schedule(
            "a schedule whose year is over", #"{ "cron": "0 0 0 1 1 ? 2020", "dialect": "quartz" }"#,
            mistakes: #"""
                3:24 [never_fires] (warning) /trigger/input/cron this schedule never starts anything: none of its times is still to come | look at the year and at "start"
                """#),
        schedule(
            "a span without a time", #"{ "cron": "0 0 1 1 *", "start": "2027-02-01", "end": "2027-12-31" }"#,
            mistakes: #"""
                3:24 [never_fires] (warning) /trigger/input/cron this schedule never starts anything: none of its times is between its start and its end | look at both
                """#),
        schedule(
            "all times excepted",
            #"{ "at": ["12:00"], "start": "2027-02-01", "end": "2027-02-02", "except": ["2027-02-01", "2027-02-02"] }"#,
            mistakes: #"""
                3:22 [never_fires] (warning) /trigger/input/at this schedule never starts anything: all its times are on days in "except" | look at those days
                """#),
        schedule(
            "an interval of nothing", #"{ "every": "0s", "start": 5 }"#,
            mistakes: #"""
                3:25 [out_of_range] /trigger/input/every "every" must be from 1s to 10 years, not 0s
                3:40 [bad_time] /trigger/input/start "start" must be a date or time like "2026-01-31", "2026-01-31T09:30" or "2026-01-31T09:30:00+01:00", not "5"
                """#),
        schedule(
            "an interval with a rest", #"{ "every": "1s500ms" }"#,
            mistakes: #"""
                3:25 [bad_duration] /trigger/input/every "every" counts whole seconds, not 1s500ms
                """#),
        schedule(
            "zones", #"{ "every": "1h", "time_zone": "Europe/Berln" }"#,
            mistakes: #"""
                3:44 [unknown_time_zone] /trigger/input/time_zone there is no time zone "Europe/Berln" | did you mean "Europe/Berlin"?
                """#),
        schedule(
            "times", #"{ "every": "1h", "anchor": "noon", "start": "2027-02-30", "end": "2027-01-01T25:00" }"#,
            mistakes: #"""
                3:41 [bad_time] /trigger/input/anchor "anchor" must be a date or time like "2026-01-31", "2026-01-31T09:30" or "2026-01-31T09:30:00+01:00", not "noon"
                3:58 [bad_time] /trigger/input/start "start" must be a date or time like "2026-01-31", "2026-01-31T09:30" or "2026-01-31T09:30:00+01:00", not "2027-02-30"
                3:79 [bad_time] /trigger/input/end "end" must be a date or time like "2026-01-31", "2026-01-31T09:30" or "2026-01-31T09:30:00+01:00", not "2027-01-01T25:00"
                """#),
        schedule(
            "an end before the start", #"{ "every": "1h", "start": "2027-02-01", "end": "2027-01-01" }"#,
            mistakes: #"""
                3:61 [end_before_start] /trigger/input/end "end" is before "start" | swap them, or correct one
                """#),
        schedule(
            "exceptions", #"{ "every": "1h", "except": ["25.12.2027", "2027-12-26T10:00", 5] }"#,
            mistakes: #"""
                3:42 [bad_date] /trigger/input/except/0 "except" holds dates like "2026-12-25", not "25.12.2027"
                3:56 [bad_date] /trigger/input/except/1 "except" holds dates like "2026-12-25", not "2027-12-26T10:00" | leave the time out: whole days are excepted
                3:76 [bad_date] /trigger/input/except/2 "except" holds dates like "2026-12-25", not "5"
                """#),
        schedule(
            "a calendar",
            #"{ "days_of_month": [0, "lst", "15"], "weekdays": ["mno", 1], "months": [13, "sept"], "at": ["9:30", "24:00"] }"#,
            mistakes: #"""
                3:34 [not_a_choice] /trigger/input/days_of_month/0 "days_of_month" holds a day from 1 to 31, "last", "first_business_day" or "last_business_day", not "0"
                3:37 [not_a_choice] /trigger/input/days_of_month/1 "days_of_month" holds a day from 1 to 31, "last", "first_business_day" or "last_business_day", not "lst" | did you mean "last"?
                3:44 [not_a_choice] /trigger/input/days_of_month/2 "days_of_month" holds a day from 1 to 31, "last", "first_business_day" or "last_business_day", not "15" | write numbers without quotes
                3:64 [not_a_choice] /trigger/input/weekdays/0 "weekdays" holds a day of the week like "mon" or "monday", not "mno" | did you mean "mon"?
                3:71 [not_a_choice] /trigger/input/weekdays/1 "weekdays" holds a day of the week like "mon" or "monday", not "1"
                3:86 [not_a_choice] /trigger/input/months/0 "months" holds a month like "feb" or "february", not "13"
                3:90 [not_a_choice] /trigger/input/months/1 "months" holds a month like "feb" or "february", not "sept" | did you mean "sep"?
                3:106 [not_a_choice] /trigger/input/at/0 "at" holds a time of day like "09:30" or "17:00:15", not "9:30"
                3:114 [not_a_choice] /trigger/input/at/1 "at" holds a time of day like "09:30" or "17:00:15", not "24:00"
                """#),
        schedule(
            "a calendar without times", #"{ "weekdays": ["mon"] }"#,
            mistakes: #"""
                3:14 [missing_key] /trigger/input a calendar needs "at", the times of day | for example "at": ["09:30"]
                """#),
        schedule(
            "empty lists", #"{ "weekdays": [], "at": [] }"#,
            mistakes: #"""
                3:28 [empty_list] /trigger/input/weekdays "weekdays" must not be empty | leave it out, or write what it shall hold
                3:38 [empty_list] /trigger/input/at "at" must not be empty | leave it out, or write what it shall hold
                """#),
        schedule(
            "settings without effect", #"{ "every": "1h", "dialect": "quartz", "dst": "skip" }"#,
            mistakes: #"""
                3:31 [no_effect] (warning) /trigger/input/dialect "dialect" changes nothing here: it belongs to "cron" | remove it
                3:52 [no_effect] (warning) /trigger/input/dst "dst" changes nothing here: "every" counts time and not clocks | remove it
                """#),
        schedule(
            "an anchor for a cron", #"{ "cron": "@daily", "anchor": "2026-01-01" }"#,
            mistakes: #"""
                3:34 [no_effect] (warning) /trigger/input/anchor "anchor" changes nothing here: it belongs to "every" | remove it
                """#),
        schedule(
            "a jitter longer than the interval", #"{ "cron": "0,10 9 * * *", "jitter": "15m" }"#,
            mistakes: #"""
                3:50 [long_jitter] (warning) /trigger/input/jitter with a jitter of up to 15m, a start may come after the next one is due (every 10m) | make it shorter than 10m
                """#),
        schedule(
            "a time that the clocks skip", #"{ "cron": "30 2 * * *", "time_zone": "Europe/Berlin" }"#,
            mistakes: #"""
                3:24 [clock_change] (warning) /trigger/input/cron on 29 March 2026 there is no 02:30 in Europe/Berlin, where the clocks go from 02:00 to 03:00; this schedule then runs at 03:00 | choose a time outside that hour, or settle it with "dst": "skip" or "run_once"
                """#),
        schedule(
            "a time that the clocks skip, for Quartz",
            #"{ "cron": "0 15,30 0 ? * SUN", "dialect": "quartz", "time_zone": "Asia/Beirut" }"#,
            mistakes: #"""
                3:24 [clock_change] (warning) /trigger/input/cron on 29 March 2026 there is no 00:15 and 00:30 in Asia/Beirut, where the clocks go from 00:00 to 01:00; this schedule then does not run | choose a time outside that hour, or settle it with "dst": "skip" or "run_once"
                """#),
        schedule(
            "no settings", "[ 1 ]",
            mistakes: #"""
                3:14 [wrong_type] /trigger/input the input must be an object, not a list
                """#),
    ]
}
