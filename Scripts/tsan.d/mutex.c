// Tells the thread sanitizer of Swift's Mutex. Its quick ways are compiled into the caller, where the sanitizer sees them; where threads
// wait for each other, the Swift library does it, which is not built with the sanitizer: without this every lock that somebody waited
// for looks like none. Preloaded by Scripts/tsan.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void unlock_slow(SELF) __asm__(UNLOCK);
SWIFT _Bool try_lock_slow(SELF) __asm__(TRY_LOCK);

SWIFT void lock_slow(uint32_t thread, SELF) {
    static SWIFT void (*theirs)(uint32_t, SELF);
    if (!theirs) theirs = (SWIFT void (*)(uint32_t, SELF))dlsym(RTLD_NEXT, LOCK);
    theirs(thread, self);
    __tsan_acquire(self);
}

SWIFT void unlock_slow(SELF) {
    static SWIFT void (*theirs)(SELF);
    if (!theirs) theirs = (SWIFT void (*)(SELF))dlsym(RTLD_NEXT, UNLOCK);
    __tsan_release(self);
    theirs(self);
}

// An attempt that fails quickly asks the system, which may give the lock after all.
SWIFT _Bool try_lock_slow(SELF) {
    static SWIFT _Bool (*theirs)(SELF);
    if (!theirs) theirs = (SWIFT _Bool (*)(SELF))dlsym(RTLD_NEXT, TRY_LOCK);
    _Bool is_locked = theirs(self);
    if (is_locked) __tsan_acquire(self);
    return is_locked;
}
