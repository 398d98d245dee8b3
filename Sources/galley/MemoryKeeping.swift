// How much free memory the process keeps for the next time.

import CGlibc

enum MemoryKeeping {
    /// SQLite takes and gives back 64 KB for the end of every job. Under glibc's own limits that memory goes to the system
    /// each time, and comes back page by page, which takes as long as the job itself.
    static func begin() {
        mallopt(M_TRIM_THRESHOLD, 4 << 20)
        mallopt(M_MMAP_THRESHOLD, 4 << 20)
    }
}
