// What Swift's own module of glibc does without: how programs are started that inherit nothing, how memory is kept, and how many
// files are put on the disk at once.
// It must not define _GNU_SOURCE: Swift's module is built without it, and the same types of both must look the same.
#pragma once
#include <malloc.h>
#include <spawn.h>

extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

extern int syncfs(int descriptor);

/// Lets the system take back the pages of the program's own code that were read so far; they come back when they run.
void cglibc_forget_code(void);
