// What this process uses of the machine, read from /proc and the kernel (proc(5), getrusage(2)).

import Foundation

struct ProcessFigures: Sendable {
    /// User and system time of all threads, seconds.
    let cpuSeconds: Double
    let residentBytes: Int
    let virtualBytes: Int
    let openFiles: Int
    /// The soft limit of open files.
    let mostFiles: Int
    let threads: Int

    /// - Returns: nil where there is no /proc.
    static func now() -> ProcessFigures? {
        guard let sizes = numbers("/proc/self/statm"), sizes.count > 1,
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
            let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
        else { return nil }
        var (usage, limit) = (rusage(), rlimit())
        getrusage(RUSAGE_SELF.rawValue, &usage)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        return ProcessFigures(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), residentBytes: sizes[1] * page,
            virtualBytes: sizes[0] * page, openFiles: files, mostFiles: Int(clamping: limit.rlim_cur), threads: threads)
    }

    private static func numbers(_ path: String) -> [Int]? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
}
