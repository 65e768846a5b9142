#include "tools/lib/capture_filter.h"

#include "sim/capture_link.h"

/* Whether the filter is one at all; what cannot be asked of one kind of
 * link may well be asked of Ethernet. */
bool capture_filter_open(struct capture_filter *f, const char *text, char *error, size_t *column)
{
    struct filter *filter;

    *f = (struct capture_filter){ .text = text };
    filter = filter_compile(text, FILTER_ETHERNET, error, FILTER_ERROR_BYTES, column);
    filter_free(filter);
    return filter != NULL;
}

void capture_filter_close(struct capture_filter *f)
{
    for (size_t i = 0; i < f->count; i++)
        filter_free(f->compiled[i].filter);
    f->count = 0;
}

static const struct filter *filter_for(struct capture_filter *f, uint32_t linktype)
{
    char error[FILTER_ERROR_BYTES];
    size_t i = 0;

    for (; i < f->count; i++)
        if (f->compiled[i].linktype == linktype)
            return f->compiled[i].filter;
    if (f->count == CAPTURE_FILTERS_MAX)
        filter_free(f->compiled[--i].filter);
    else
        f->count++;
    f->compiled[i].linktype = linktype;
    f->compiled[i].filter =
        filter_compile(f->text, capture_filter_type(linktype), error, sizeof(error), NULL);
    return f->compiled[i].filter;
}

/* A loopback's header is in the byte order, and by the numbers, of the machine that
 * captured: libpcap would look for those of this one. Behind it is raw IP. */
static bool matches_loopback(struct capture_filter *f, const struct capture_frame *captured)
{
    const struct filter *filter;
    struct span payload;
    uint16_t ethertype;

    if (!capture_payload(captured->linktype, captured->bytes, &ethertype, &payload))
        return false;
    filter = filter_for(f, LINKTYPE_RAW);
    return filter != NULL &&
           filter_matches(filter, payload,
                          captured->original_len - (captured->bytes.len - payload.len));
}

bool capture_filter_matches(struct capture_filter *f, const struct capture_frame *captured)
{
    const struct filter *filter;

    if (f->text[0] == '\0')
        return true;
    if (captured->linktype == LINKTYPE_NULL || captured->linktype == LINKTYPE_LOOP)
        return matches_loopback(f, captured);
    filter = filter_for(f, captured->linktype);
    return filter != NULL && filter_matches(filter, captured->bytes, captured->original_len);
}
