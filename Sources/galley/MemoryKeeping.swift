// How much memory the process keeps: of what it has given back, and of its own code.

import CGlibc
import Glibc

enum MemoryKeeping {
    /// SQLite takes and gives back 64 KB for the end of every job. Under glibc's own limits that memory goes to the system
    /// each time, and comes back page by page, which takes as long as the job itself.
    ///
    /// And glibc would keep eight heaps for each processor, of which every one grows to hold the pages of the history that
    /// its threads happened to read: in an hour a server grew by 13 MB. No more threads run at once than there are processors.
    static func begin() {
        mallopt(M_ARENA_MAX, Int32(clamping: max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        mallopt(M_TRIM_THRESHOLD, 4 << 20)
        mallopt(M_MMAP_THRESHOLD, 4 << 20)
    }

    /// Lets go of the code that was read for the start. A page of it that is needed again comes out of the system's cache, alone:
    /// around each of the start's, the system had mapped 15 more, 30 MB in all.
    static func forgetStart() {
        cglibc_forget_code()
    }
}
