// Counts what each thread of a program allocates, frees, retains and releases. Preloaded
// (ld.so(8), LD_PRELOAD) into the program under test; the counts are in the file
// that SLUICE_ALLOCATION_COUNTS names, which the test reads. It changes nothing that the program
// can see, and must itself never allocate.
//
// malloc(3) and its family are interposed. The Swift runtime is linked into the program, so its
// calls cannot be; but it has hooks, pointers that it goes through once a flag is set. Both are
// found in the program's own symbol table.
#define _GNU_SOURCE 1
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The file ---------------------------------------------------------------------------------------

enum { threads_max = 64 };

// One thread's counts. The test reads the fields in this order, 64 bits each.
struct counts {
    uint64_t thread;  // gettid(2)
    uint64_t allocations;
    uint64_t frees;
    uint64_t retains;
    uint64_t releases;
    uint64_t objects;  // swift_allocObject; each one is an allocation too
    uint64_t reserved[2];
};

struct file {
    uint64_t hooks;    // what was found of the Swift runtime: five pointers and their flag
    uint64_t threads;  // rows in use
    uint64_t reserved[6];
    struct counts rows[threads_max];
};

static struct file unshared;
static struct file *file = &unshared;

// A thread-local in the initial block, which is there before the thread is and never allocated.
static __thread struct counts *mine __attribute__((tls_model("initial-exec")));

static struct counts *row(void) {
    if (mine) return mine;
    uint64_t index = atomic_fetch_add((_Atomic uint64_t *)&file->threads, 1);
    mine = &file->rows[index < threads_max ? index : threads_max - 1];
    mine->thread = (uint64_t)syscall(SYS_gettid);
    return mine;
}

// malloc(3) --------------------------------------------------------------------------------------

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t size) {
    row()->allocations++;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    row()->allocations++;
    return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    row()->allocations++;
    return __libc_realloc(old, size);
}
void *memalign(size_t alignment, size_t size) {
    row()->allocations++;
    return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
    *result = memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
void free(void *memory) {
    if (memory) row()->frees++;
    __libc_free(memory);
}

// The Swift runtime ------------------------------------------------------------------------------

// The runtime calls its hooks as functions that keep all registers but the result's. A hook that
// keeps them is right for either convention, and so is calling what was there as an ordinary one.
#define HOOK __attribute__((preserve_most)) static

static void *(*real_retain)(void *);
static void *(*real_retain_n)(void *, uint32_t);
static void (*real_release)(void *);
static void (*real_release_n)(void *, uint32_t);
static void *(*real_alloc_object)(const void *, size_t, size_t);

// What is no object, or lives for ever, has no count to change.
static int is_counted(const void *object) { return (intptr_t)object > 0; }

HOOK void *retain(void *object) {
    if (is_counted(object)) row()->retains++;
    return real_retain(object);
}
HOOK void *retain_n(void *object, uint32_t count) {
    if (is_counted(object)) row()->retains++;
    return real_retain_n(object, count);
}
HOOK void release(void *object) {
    if (is_counted(object)) row()->releases++;
    real_release(object);
}
HOOK void release_n(void *object, uint32_t count) {
    if (is_counted(object)) row()->releases++;
    real_release_n(object, count);
}
static void *alloc_object(const void *metadata, size_t size, size_t alignment) {
    row()->objects++;
    return real_alloc_object(metadata, size, alignment);
}

// The program's symbols --------------------------------------------------------------------------

static const char *program;
static size_t program_bytes;
static uintptr_t base;

static void *symbol(const char *name) {
    const Elf64_Ehdr *head = (const Elf64_Ehdr *)program;
    const Elf64_Shdr *sections = (const Elf64_Shdr *)(program + head->e_shoff);
    for (int index = 0; index < head->e_shnum; index++) {
        if (sections[index].sh_type != SHT_SYMTAB) continue;
        const Elf64_Sym *symbols = (const Elf64_Sym *)(program + sections[index].sh_offset);
        const char *names = program + sections[sections[index].sh_link].sh_offset;
        for (size_t each = 0; each < sections[index].sh_size / sizeof *symbols; each++) {
            if (symbols[each].st_shndx != SHN_UNDEF
                && strcmp(names + symbols[each].st_name, name) == 0)
                return (void *)(base + symbols[each].st_value);
        }
    }
    return NULL;
}

static void take_over(const char *name, void *real, void *hook) {
    void **pointer = symbol(name);
    if (!pointer || !*pointer) return;
    memcpy(real, pointer, sizeof *pointer);
    *pointer = hook;
    file->hooks++;
}

static int first_object(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    (void)context;
    base = info->dlpi_addr;
    return 1;
}

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("SLUICE_ALLOCATION_COUNTS");
    if (!path) return;
    int counts = open(path, O_RDWR | O_CLOEXEC);
    struct file *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, counts, 0);
    close(counts);
    if (shared == MAP_FAILED) return;
    file = shared;
    mine = NULL;
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fstat(self, &status) != 0) return;
    program_bytes = (size_t)status.st_size;
    program = mmap(NULL, program_bytes, PROT_READ, MAP_PRIVATE, self, 0);
    close(self);
    if (program == MAP_FAILED) return;
    dl_iterate_phdr(first_object, NULL);
    // The pointer before `_swift_retain`: what stands there strips the bit that marks objects which
    // live for ever, and the runtime would then write to them.
    void **plain_retain = symbol("_swift_retain");
    if (plain_retain) {
        take_over("_ZL21_swift_retain_adapter", &real_retain, (void *)retain);
        memcpy(&real_retain, plain_retain, sizeof *plain_retain);
    }
    take_over("_swift_retain_n", &real_retain_n, (void *)retain_n);
    take_over("_swift_release", &real_release, (void *)release);
    take_over("_swift_release_n", &real_release_n, (void *)release_n);
    take_over("_swift_allocObject", &real_alloc_object, (void *)alloc_object);
    _Bool *flag = symbol(
        "_swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly");
    if (flag) {
        *flag = 1;
        file->hooks++;
    }
    munmap((void *)program, program_bytes);
}
