/*
 * A main for fuzz targets where libFuzzer is not to be had: runs the target
 * over each file of its corpus, then over a fixed number of mutations of
 * them. The same bytes on every machine, so a failure comes back.
 *
 *   fuzz_x CORPUS [MUTATIONS] [FIRST]    FIRST skips the mutations before it
 */
#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_LIMIT = 4096, CORPUS_LIMIT = 1024, EDIT_LIMIT = 8 };

struct input {
    uint8_t bytes[INPUT_LIMIT];
    size_t len;
};

static struct input *inputs;
static size_t input_count;

/* What runs now, for the handler that tells of its failure. */
static const uint8_t *running;
static size_t running_len;

/* On the way to the end of the process: stdio is as good as any other way to
 * say what happened. */
static void show_running(int signal_number)
{
    printf("\nsignal %d on this input of %zu bytes (xxd -r -p makes a file of it):\n",
           signal_number, running_len);
    for (size_t i = 0; i < running_len; i++)
        printf("%02x%s", running[i], i % 32 == 31 ? "\n" : "");
    printf("\n");
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t random_below(uint64_t *state, size_t limit)
{
    return (size_t)(next_random(state) % limit);
}

/* A heap block of exactly the size: the sanitizer then sees each overrun. */
static void run_one(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    ASSERT(copy != NULL);
    memcpy(copy, bytes, len);
    running = bytes;
    running_len = len;
    LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static void run_file(const char *folder, const char *name)
{
    char path[4096];
    struct input *input = &inputs[input_count];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    input->len = fread(input->bytes, 1, INPUT_LIMIT, file);
    fclose(file);
    printf("%s, %zu bytes\n", path, input->len);
    run_one(input->bytes, input->len);
    input_count++;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void run_corpus(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_visible, alphasort);

    if (count <= 0 || count > CORPUS_LIMIT) {
        fprintf(stderr, "%s: wanted 1 to %d corpus files, found %d\n", folder, CORPUS_LIMIT, count);
        exit(1);
    }
    inputs = calloc((size_t)count, sizeof(*inputs));
    ASSERT(inputs != NULL);
    for (int i = 0; i < count; i++) {
        run_file(folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

static void insert_bytes(struct input *input, size_t at, uint64_t *state)
{
    size_t len = min_size(1 + random_below(state, 16), INPUT_LIMIT - input->len);

    memmove(input->bytes + at + len, input->bytes + at, input->len - at);
    for (size_t i = 0; i < len; i++)
        input->bytes[at + i] = (uint8_t)next_random(state);
    input->len += len;
}

static void remove_bytes(struct input *input, size_t at, uint64_t *state)
{
    size_t len = min_size(1 + random_below(state, 16), input->len - at);

    memmove(input->bytes + at, input->bytes + at + len, input->len - at - len);
    input->len -= len;
}

/* Bytes of another corpus file, over whatever stands at AT. */
static void splice_bytes(struct input *input, size_t at, uint64_t *state)
{
    const struct input *other = &inputs[random_below(state, input_count)];
    size_t from, len;

    if (other->len == 0)
        return;
    from = random_below(state, other->len);
    len = min_size(1 + random_below(state, 64), other->len - from);
    len = min_size(len, input->len - at);
    memcpy(input->bytes + at, other->bytes + from, len);
}

static void edit_once(struct input *input, uint64_t *state)
{
    static const uint8_t telling[] = { 0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe, '\n', '"' };
    size_t at;

    if (input->len == 0) {
        insert_bytes(input, 0, state);
        return;
    }
    at = random_below(state, input->len);
    switch (random_below(state, 6)) {
    case 0: input->bytes[at] ^= (uint8_t)(1U << random_below(state, 8)); break;
    case 1: input->bytes[at] = (uint8_t)next_random(state); break;
    case 2: input->bytes[at] = telling[random_below(state, ARRAY_LEN(telling))]; break;
    case 3: insert_bytes(input, at, state); break;
    case 4: remove_bytes(input, at, state); break;
    default: splice_bytes(input, at, state); break;
    }
}

static void run_mutation(uint64_t number)
{
    static struct input input;
    uint64_t state = 0x9e3779b97f4a7c15U * (number + 1);
    size_t edits;

    for (int i = 0; i < 4; i++)
        next_random(&state);
    input = inputs[random_below(&state, input_count)];
    edits = 1 + random_below(&state, EDIT_LIMIT);
    for (size_t i = 0; i < edits; i++)
        edit_once(&input, &state);
    run_one(input.bytes, input.len);
}

int main(int argc, char **argv)
{
    uint64_t mutations = argc > 2 ? strtoull(argv[2], NULL, 10) : 20000;
    uint64_t first = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;

    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGABRT, show_running);
    if (argc < 2) {
        fprintf(stderr, "usage: %s CORPUS [MUTATIONS] [FIRST]\n", argv[0]);
        return 2;
    }
    run_corpus(argv[1]);
    for (uint64_t i = first; i < mutations; i++) {
        if (i % 1000 == 0)
            printf("mutations from %" PRIu64 " on\n", i);
        run_mutation(i);
    }
    printf("%zu corpus files and %" PRIu64 " mutations passed\n", input_count, mutations - first);
    free(inputs);
    return 0;
}
