/* Preloaded into the real processes: writes down what they do to the disk under one folder, in order, and makes the
 * n-th such call fail, wait, or be the last one. Read by recorder.py, which also says what the records look like.
 *
 *   NDF_HOME    the folder, as realpath gives it
 *   NDF_TRACE   where the records go; outside of the folder. Nothing is recorded without it
 *   NDF_FAULT   action:call:n:part-of-the-path[:times]     see parse()
 *   NDF_ARM     a file; calls are counted towards n only once it is there
 *
 * A write is recorded when it has been done and before the caller knows, a sync at its beginning and at its end: so
 * whatever one process learnt from another stands in the records before what it did about it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, SYNCED, RENAME, UNLINK, MKDIR, RMDIR, LINK, FAILED };
enum { OK, ERROR, SHORT, DELAY, KILL, KILL_AFTER };

struct record {
    uint32_t magic, pid, tid, op;
    uint64_t inode, offset;
    uint32_t path_bytes, data_bytes;
};

static char home[PATH_MAX];
static size_t home_bytes;
static int trace = -1;
static const char *arm = "";

static struct {
    int action, error, delay_ms;
    char call[16], part[128];
    long n, times;
} fault;
static long counted;

static void parse(const char *told) {
    /* EIO|ENOSPC|EROFS|SHORT|DELAY<ms>|KILL|KILLAFTER : write|sync|rename|unlink|open|truncate|any : n : part : times
     * times 0 is for ever. SHORT writes a half, and then there is no room. */
    char action[16] = "";
    memset(&fault, 0, sizeof fault);
    counted = 0;
    fault.times = 1;
    if (!told || sscanf(told, "%15[^:]:%15[^:]:%ld:%127[^:]:%ld", action, fault.call, &fault.n, fault.part,
                        &fault.times) < 4)
        return;
    fault.error = !strcmp(action, "EIO") ? EIO : !strcmp(action, "EROFS") ? EROFS : !strcmp(action, "EMFILE") ? EMFILE : ENOSPC;
    fault.action = !strcmp(action, "KILL") ? KILL : !strcmp(action, "KILLAFTER") ? KILL_AFTER
                 : !strcmp(action, "SHORT") ? SHORT : !strncmp(action, "DELAY", 5) ? DELAY : ERROR;
    if (fault.action == DELAY)
        fault.delay_ms = atoi(action + 5);
}

/* For a process that was forked with this library in it. */
void ndf_set(const char *fault_told, const char *home_told, const char *trace_told) {
    parse(fault_told);
    snprintf(home, sizeof home, "%s", home_told);
    home_bytes = strlen(home);
    if (trace_told && *trace_told)
        trace = (int)syscall(SYS_openat, AT_FDCWD, trace_told, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

long ndf_counted(void) { return __atomic_load_n(&counted, __ATOMIC_SEQ_CST); }

/* At the start of a process, and again in one that was forked with this library in it once its environment is set. */
__attribute__((constructor)) void ndf_begin(void) {
    const char *where = getenv("NDF_TRACE");
    if (!getenv("NDF_HOME"))
        return;
    ndf_set(getenv("NDF_FAULT"), getenv("NDF_HOME"), NULL);
    if (getenv("NDF_ARM"))
        arm = getenv("NDF_ARM");
    if (where && *where) {
        int low = (int)syscall(SYS_openat, AT_FDCWD, where, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        trace = fcntl(low, F_DUPFD_CLOEXEC, 500); /* out of the way of those who close what they did not open */
        if (trace < 0)
            trace = low;
        else
            syscall(SYS_close, low);
    }
}

static int inside(const char *path) {
    return home_bytes && !strncmp(path, home, home_bytes) && (path[home_bytes] == '/' || !path[home_bytes]);
}

static void record(int op, uint64_t inode, uint64_t offset, const char *path, size_t path_bytes, const void *data,
                   size_t data_bytes) {
    struct record head = {0x4e44464bu, (uint32_t)getpid(), (uint32_t)syscall(SYS_gettid), (uint32_t)op,
                          inode, offset, (uint32_t)path_bytes, (uint32_t)data_bytes};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, path_bytes}, {(void *)data, data_bytes}};
    int before = errno;
    if (trace >= 0 && syscall(SYS_writev, trace, parts, 3) < 0)
        abort();
    errno = before;
}

/* The path of an open file under the folder, or NULL. */
static const char *path_of(int fd, char *into, struct stat *about) {
    char link[64];
    int before = errno;
    const char *found = NULL;
    if (home_bytes && fd != trace && !fstat(fd, about) && (S_ISREG(about->st_mode) || S_ISDIR(about->st_mode))) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t size = readlink(link, into, PATH_MAX - 1);
        if (size > 0) {
            into[size] = 0;
            found = inside(into) ? into : NULL;
        }
    }
    errno = before;
    return found;
}

/* A path as given, whole: its folder resolved, its last part as it is. NULL where it is not under the folder. */
static const char *whole(int at, const char *path, char *into) {
    char folder[PATH_MAX], given[2 * PATH_MAX];
    int before = errno;
    const char *found = NULL;
    if (!home_bytes || !path)
        return NULL;
    if (path[0] != '/' && at != AT_FDCWD) {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t size = readlink(link, folder, PATH_MAX - 1);
        if (size < 0)
            goto out;
        folder[size] = 0;
        snprintf(given, sizeof given, "%s/%s", folder, path);
    } else
        snprintf(given, sizeof given, "%s", path);
    char *last = strrchr(given, '/');
    if (last) {
        *last = 0;
        if (!realpath(*given ? given : "/", folder))
            goto out;
        last++;
    } else {
        if (!getcwd(folder, sizeof folder))
            goto out;
        last = given;
    }
    if (snprintf(into, PATH_MAX, "%s/%s", folder, last) < PATH_MAX && inside(into))
        found = into;
out:
    errno = before;
    return found;
}

static int is_armed(void) {
    int before = errno, there = !*arm || !syscall(SYS_faccessat, AT_FDCWD, arm, F_OK);
    errno = before;
    return there;
}

/* What is to happen at this call; waits and kills by itself. */
static int meet(const char *call, const char *path) {
    if (!path || !fault.action || (strcmp(fault.call, call) && strcmp(fault.call, "any")) ||
        (strcmp(fault.part, "*") && !strstr(path, fault.part)) || !is_armed())
        return OK;
    long nth = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
    if (nth < fault.n || (fault.times && nth >= fault.n + fault.times))
        return OK;
    if (fault.action == DELAY)
        usleep((useconds_t)fault.delay_ms * 1000);
    if (fault.action == KILL)
        kill(getpid(), SIGKILL);
    return fault.action;
}

static void meet_after(int met) {
    if (met == KILL_AFTER)
        kill(getpid(), SIGKILL);
}

#define REAL(name, type) \
    static __typeof__(type) real; \
    if (!real) real = (__typeof__(type))dlsym(RTLD_NEXT, name)

static int opened(const char *name, int at, const char *path, int flags, mode_t mode) {
    REAL("openat", int (*)(int, const char *, int, ...));
    char asked[PATH_MAX], found[PATH_MAX];
    struct stat about;
    int makes = flags & (O_CREAT | O_TRUNC);
    const char *place = home_bytes && (makes || fault.action) ? whole(at, path, asked) : NULL;
    /* On a disk that is read-only no file opens for writing, new or not. */
    int met = makes || (fault.error == EROFS && (flags & O_ACCMODE) != O_RDONLY) ? meet("open", place) : OK;
    (void)name;
    if (met == ERROR || met == SHORT) {
        errno = fault.error;
        return -1;
    }
    int fd = real(at, path, flags, mode);
    if (fd >= 0 && place && makes && path_of(fd, found, &about)) {
        if (flags & O_CREAT)
            record(CREATE, about.st_ino, 0, found, strlen(found), NULL, 0);
        if (flags & O_TRUNC)
            record(TRUNCATE, about.st_ino, 0, found, strlen(found), NULL, 0);
    }
    meet_after(met);
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return opened("open", AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened("open", AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return opened("openat", at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return opened("openat", at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened("open", AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

/* One writing call on a file: fails, halves or does it. Gives how many bytes may be written, or -1. */
static ssize_t allowed(int met, size_t size) {
    if (met == ERROR || (met == SHORT && size < 2)) {
        errno = fault.error;
        return -1;
    }
    return (ssize_t)(met == SHORT ? size / 2 : size);
}

static void wrote(const char *path, const struct stat *about, uint64_t offset, const void *data, ssize_t size) {
    if (path && size > 0)
        record(WRITE, about->st_ino, offset, path, strlen(path), data, (size_t)size);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL("write", ssize_t (*)(int, const void *, size_t));
    char found[PATH_MAX];
    struct stat about;
    const char *path = path_of(fd, found, &about);
    if (!path)
        return real(fd, data, size);
    int met = meet("write", path);
    ssize_t may = allowed(met, size);
    if (may < 0)
        return -1;
    ssize_t done = real(fd, data, (size_t)may);
    /* Where it went is known only now: with O_APPEND it was the end of the file. */
    wrote(path, &about, done > 0 ? (uint64_t)(lseek(fd, 0, SEEK_CUR) - done) : 0, data, done);
    meet_after(met);
    return done;
}

static ssize_t placed(int fd, const void *data, size_t size, off64_t offset) {
    REAL("pwrite64", ssize_t (*)(int, const void *, size_t, off64_t));
    char found[PATH_MAX];
    struct stat about;
    const char *path = path_of(fd, found, &about);
    if (!path)
        return real(fd, data, size, offset);
    int met = meet("write", path);
    ssize_t may = allowed(met, size);
    if (may < 0)
        return -1;
    ssize_t done = real(fd, data, (size_t)may, offset);
    wrote(path, &about, (uint64_t)offset, data, done);
    meet_after(met);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return placed(fd, data, size, offset); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) { return placed(fd, data, size, offset); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL("writev", ssize_t (*)(int, const struct iovec *, int));
    char found[PATH_MAX];
    struct stat about;
    if (!path_of(fd, found, &about))
        return real(fd, parts, count);
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t done = write(fd, parts[i].iov_base, parts[i].iov_len);
        if (done < 0)
            return total ? total : -1;
        total += done;
        if ((size_t)done < parts[i].iov_len)
            break;
    }
    return total;
}

/* What another file was copied into this one, read back from it. */
static void copied(int out, uint64_t offset, ssize_t size) {
    char found[PATH_MAX], link[64];
    struct stat about;
    const char *path = path_of(out, found, &about);
    if (!path || size <= 0)
        return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", out);
    int again = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
    char *data = malloc((size_t)size);
    if (again < 0 || !data || pread(again, data, (size_t)size, (off_t)offset) != size)
        abort();
    wrote(path, &about, offset, data, size);
    free(data);
    syscall(SYS_close, again);
}

ssize_t sendfile(int out, int in, off_t *from, size_t size) {
    REAL("sendfile", ssize_t (*)(int, int, off_t *, size_t));
    char found[PATH_MAX];
    struct stat about;
    const char *path = path_of(out, found, &about);
    int met = meet("write", path);
    if (path && allowed(met, size) < 0)
        return -1;
    ssize_t done = real(out, in, from, size);
    if (path && done > 0)
        copied(out, (uint64_t)(lseek(out, 0, SEEK_CUR) - done), done);
    meet_after(met);
    return done;
}
ssize_t sendfile64(int out, int in, off64_t *from, size_t size) { return sendfile(out, in, from, size); }

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned int flags) {
    (void)in, (void)from, (void)to, (void)size, (void)flags, (void)out;
    errno = ENOSYS; /* callers then write, which is recorded */
    return -1;
}

static int cut(int fd, off64_t size) {
    REAL("ftruncate64", int (*)(int, off64_t));
    char found[PATH_MAX];
    struct stat about;
    const char *path = path_of(fd, found, &about);
    int met = meet("truncate", path);
    if (path && allowed(met, 1) < 0)
        return -1;
    int done = real(fd, size);
    if (path && !done)
        record(TRUNCATE, about.st_ino, (uint64_t)size, path, strlen(path), NULL, 0);
    meet_after(met);
    return done;
}
int ftruncate(int fd, off_t size) { return cut(fd, size); }
int ftruncate64(int fd, off64_t size) { return cut(fd, size); }

int posix_fallocate(int fd, off_t offset, off_t size) {
    REAL("posix_fallocate", int (*)(int, off_t, off_t));
    char found[PATH_MAX];
    struct stat about;
    const char *path = path_of(fd, found, &about);
    int met = meet("write", path);
    if (path && allowed(met, 2) < 0)
        return fault.error;
    int done = real(fd, offset, size);
    if (path && !done && offset + size > about.st_size)
        record(TRUNCATE, about.st_ino, (uint64_t)(offset + size), path, strlen(path), NULL, 0);
    return done;
}
int posix_fallocate64(int fd, off64_t offset, off64_t size) { return posix_fallocate(fd, offset, size); }

static int synced(const char *name, int fd, int (*real)(int)) {
    static uint64_t tokens;
    char found[PATH_MAX];
    struct stat about;
    const char *path = path_of(fd, found, &about);
    (void)name;
    if (!path)
        return real(fd);
    int met = meet("sync", path);
    if (met == ERROR || met == SHORT) {
        /* As Linux does: the pages count as clean now, whether or not they reached the disk. */
        record(FAILED, about.st_ino, 0, path, strlen(path), NULL, 0);
        errno = fault.error;
        return -1;
    }
    uint64_t token = __atomic_add_fetch(&tokens, 1, __ATOMIC_SEQ_CST);
    record(SYNC, about.st_ino, token, path, strlen(path), NULL, 0);
    int done = getenv("NDF_HASTY") ? 0 : real(fd);
    if (!done)
        record(SYNCED, about.st_ino, token, path, strlen(path), NULL, 0);
    meet_after(met);
    return done;
}
int fsync(int fd) {
    REAL("fsync", int (*)(int));
    return synced("fsync", fd, real);
}
int fdatasync(int fd) {
    REAL("fdatasync", int (*)(int));
    return synced("fdatasync", fd, real);
}

static uint64_t inode_of(int at, const char *path) {
    struct stat about;
    int before = errno;
    uint64_t found = fstatat(at, path, &about, AT_SYMLINK_NOFOLLOW) ? 0 : about.st_ino;
    errno = before;
    return found;
}

/* Two paths, with a NUL between. */
static void record_pair(int op, uint64_t inode, const char *old, const char *fresh) {
    char both[2 * PATH_MAX];
    size_t first = strlen(old), second = strlen(fresh);
    memcpy(both, old, first + 1);
    memcpy(both + first + 1, fresh, second);
    record(op, inode, 0, both, first + 1 + second, NULL, 0);
}

static int renamed(int from, const char *old, int to, const char *fresh, unsigned int flags) {
    char one[PATH_MAX], two[PATH_MAX];
    const char *before = whole(from, old, one), *after = whole(to, fresh, two);
    int met = meet("rename", after);
    if (after && allowed(met, 1) < 0)
        return -1;
    uint64_t inode = inode_of(from, old);
    int done = (int)syscall(SYS_renameat2, from, old, to, fresh, flags);
    if (!done && (before || after))
        record_pair(RENAME, inode, before ? before : "", after ? after : "");
    meet_after(met);
    return done;
}
int rename(const char *old, const char *fresh) { return renamed(AT_FDCWD, old, AT_FDCWD, fresh, 0); }
int renameat(int from, const char *old, int to, const char *fresh) { return renamed(from, old, to, fresh, 0); }
int renameat2(int from, const char *old, int to, const char *fresh, unsigned int flags) {
    return renamed(from, old, to, fresh, flags);
}

static int removed(int at, const char *path, int flags) {
    char one[PATH_MAX];
    const char *place = whole(at, path, one);
    int met = meet("unlink", place);
    if (place && allowed(met, 1) < 0)
        return -1;
    uint64_t inode = inode_of(at, path);
    int done = (int)syscall(SYS_unlinkat, at, path, flags);
    if (!done && place)
        record(flags & AT_REMOVEDIR ? RMDIR : UNLINK, inode, 0, place, strlen(place), NULL, 0);
    meet_after(met);
    return done;
}
int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int remove(const char *path) { return removed(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int at, const char *path, int flags) { return removed(at, path, flags); }

static int folder_made(int at, const char *path, mode_t mode) {
    char one[PATH_MAX];
    const char *place = whole(at, path, one);
    int met = meet("open", place);
    if (place && allowed(met, 1) < 0)
        return -1;
    int done = (int)syscall(SYS_mkdirat, at, path, mode);
    if (!done && place)
        record(MKDIR, inode_of(at, path), 0, place, strlen(place), NULL, 0);
    meet_after(met);
    return done;
}
int mkdir(const char *path, mode_t mode) { return folder_made(AT_FDCWD, path, mode); }
int mkdirat(int at, const char *path, mode_t mode) { return folder_made(at, path, mode); }

int linkat(int from, const char *old, int to, const char *fresh, int flags) {
    char one[PATH_MAX], two[PATH_MAX];
    const char *before = whole(from, old, one), *after = whole(to, fresh, two);
    int met = meet("open", after);
    if (after && allowed(met, 1) < 0)
        return -1;
    int done = (int)syscall(SYS_linkat, from, old, to, fresh, flags);
    if (!done && after)
        record_pair(LINK, inode_of(to, fresh), before ? before : "", after);
    return done;
}
int link(const char *old, const char *fresh) { return linkat(AT_FDCWD, old, AT_FDCWD, fresh, 0); }
