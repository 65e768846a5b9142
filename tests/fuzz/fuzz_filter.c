/*
 * Any text as a filter: it compiles, or an error points into the text; and a
 * host's name never reaches the functions that would look it up.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>

#include "sim/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    bool numeric = hints != NULL && (hints->ai_flags & AI_NUMERICHOST) != 0;
    ASSERT(node == NULL || numeric || strchr(node, ':') != NULL ||
           strspn(node, "0123456789.") == strlen(node));
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, result);
}

int getnetbyname_r(const char *name, struct netent *result, char *buffer, size_t len,
                   struct netent **found, int *error)
{
    (void)result, (void)buffer, (void)len, (void)found, (void)error;
    assert_failed(name, "a network was looked up by its name", 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int types[] = { FILTER_ETHERNET, 0, 12, 108, 113, 276, 147 };
    static const uint8_t frame[64] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45 };
    char text[FILTER_TEXT_LIMIT + 16], error[FILTER_ERROR_BYTES] = "";
    size_t column = 0;
    struct filter *filter;

    if (size == 0 || size >= sizeof text)
        return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    filter = filter_compile(text, types[data[0] % ARRAY_LEN(types)], error, sizeof error, &column);
    if (filter == NULL)
        ASSERT(error[0] != '\0' && column <= strlen(text));
    else
        for (size_t len = 0; len <= sizeof frame; len += 16)
            filter_matches(filter, (struct span){ frame, len }, sizeof frame);
    filter_free(filter);
    return 0;
}
