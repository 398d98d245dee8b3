// What glibc keeps behind _GNU_SOURCE, which Swift's own module of it does without: for starting programs that inherit nothing.
#include <spawn.h>
extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
