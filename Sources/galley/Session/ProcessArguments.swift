// The words that this process was started with, also where the Swift runtime does not find them.

import Foundation

enum ProcessArguments {
    /// The number of the first word, from 1, that is not UTF-8: the runtime would put other characters in the place of its
    /// bytes, and a job would run with them.
    static var firstUnreadable: Int? {
        for place in 1..<max(1, Int(CommandLine.argc)) {
            if let word = CommandLine.unsafeArgv[place], String(validatingCString: word) == nil { return place }
        }
        return nil
    }

    /// Without the program's name.
    ///
    /// The runtime looks for them beside the environment on the first stack. A library that was preloaded and has moved the
    /// environment (libfaketime does) leaves it with none at all; the kernel still knows them.
    static var own: [String] {
        let known = CommandLine.arguments
        guard known.isEmpty else { return Array(known.dropFirst()) }
        let bytes = (try? FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/cmdline")).readToEnd()) ?? Data()
        // Each word ends with a zero byte.
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().dropFirst()
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
