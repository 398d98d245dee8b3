// The program's own code in memory, found by its headers, which glibc gives behind _GNU_SOURCE.
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void cglibc_forget_code(void);

static int forget(struct dl_phdr_info *program, size_t size, void *context) {
    (void)size;
    (void)context;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < program->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &program->dlpi_phdr[index];
        // Only what nobody can have written to: a changed page would be lost.
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || (segment->p_flags & PF_W)) continue;
        const uintptr_t start = program->dlpi_addr + segment->p_vaddr;
        const uintptr_t first = (start + page - 1) / page * page, end = (start + segment->p_memsz) / page * page;
        if (end > first) madvise((void *)first, end - first, MADV_DONTNEED);
    }
    return 1;  // the first is the program itself
}

void cglibc_forget_code(void) { dl_iterate_phdr(forget, NULL); }
