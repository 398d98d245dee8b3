// How much memory the process keeps: of what it has given back, and of its own code.

import CGlibc
import Foundation

enum MemoryKeeping {
    /// SQLite takes and gives back 64 KB for the end of every job. Under glibc's own limits that memory goes to the system
    /// each time, and comes back page by page, which takes as long as the job itself.
    static func begin() {
        mallopt(M_TRIM_THRESHOLD, 4 << 20)
        mallopt(M_MMAP_THRESHOLD, 4 << 20)
    }

    /// Lets go of the code that was read for the start. A page of it that is needed again comes out of the system's cache, alone:
    /// around each of the start's, the system had mapped 15 more, 30 MB in all.
    static func forgetStart() {
        _ = dl_iterate_phdr(
            { program, _, _ in
                guard let program = program?.pointee else { return 1 }
                let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
                for index in 0..<Int(program.dlpi_phnum) {
                    let segment = program.dlpi_phdr[index]
                    // What nobody can have written to: a changed page would be lost.
                    guard segment.p_type == PT_LOAD, segment.p_flags & UInt32(PF_X) != 0,
                        segment.p_flags & UInt32(PF_W) == 0
                    else { continue }
                    let start = UInt(program.dlpi_addr) + UInt(segment.p_vaddr)
                    let (first, end) = ((start + page - 1) / page * page, (start + UInt(segment.p_memsz)) / page * page)
                    if end > first {
                        madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED)
                    }
                }
                return 1  // the first is the program itself
            }, nil)
    }
}
