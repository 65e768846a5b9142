#include "tools/lib/mapped_file.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* For the signal, which knows no other way. */
static const struct mapped_file *volatile mapped;

bool mapped_file_mend(const siginfo_t *info)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t at = (uintptr_t)info->si_addr / page * page;
    const struct mapped_file *file = mapped;
    uintptr_t first = file == NULL ? 0 : (uintptr_t)file->bytes.at;

    if (file == NULL || info->si_code != BUS_ADRERR || at < first || at >= first + file->bytes.len)
        return false;
    return mmap((void *)at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
           MAP_FAILED;
}

/* What is not ours does what it would have done. */
static void on_bus(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (mapped_file_mend(info))
        return;
    sigaction(number, &mapped->before, NULL);
    raise(number);
}

bool mapped_file_open(struct mapped_file *file, FILE *in)
{
    struct sigaction action = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO };
    struct stat about;
    void *at;

    memset(file, 0, sizeof(*file));
    if (mapped != NULL || fstat(fileno(in), &about) != 0 || !S_ISREG(about.st_mode) ||
        about.st_size <= 0)
        return false;
    at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fileno(in), 0);
    if (at == MAP_FAILED)
        return false;
    file->bytes = (struct span){ at, (size_t)about.st_size };
    mapped = file;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &file->before);
    return true;
}

void mapped_file_close(struct mapped_file *file)
{
    if (file->bytes.at == NULL)
        return;
    sigaction(SIGBUS, &file->before, NULL);
    mapped = NULL;
    munmap((void *)(uintptr_t)file->bytes.at, file->bytes.len);
    file->bytes = (struct span){ NULL, 0 };
}

static size_t read_some(void *ctx, void *bytes, size_t len)
{
    struct mapped_file *file = ctx;
    size_t some = min_size(len, file->bytes.len - file->read);

    memcpy(bytes, file->bytes.at + file->read, some);
    file->read += some;
    return some;
}

struct byte_source mapped_file_source(struct mapped_file *file)
{
    return (struct byte_source){ read_some, file };
}
