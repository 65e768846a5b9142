#include "tools/lib/ladder_book.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/grow.h"
#include "tools/lib/ladder_checkpoint.h"
#include "tools/lib/ladder_page.h"
#include "tools/lib/run_join.h"

enum {
    PAGES = 6,           /* that are kept */
    PAGE_RECORDS = 1000, /* at least, from a checkpoint to the next */
    BYTES_A_RECORD = 1,  /* about, that checkpoints take at most */
    SCAN_TIMES = 16,     /* as quickly as it is laid out a record is looked at */
};

struct kept_page {
    struct ladder_page page;
    size_t number; /* of its checkpoint */
    uint64_t used; /* when last; 0: it holds nothing */
};

struct ladder_book {
    const struct run_view *view;
    struct ladder_options options;
    struct ladder_silences silences; /* until the ladder is opened */
    struct ladder ladder;            /* draws the pages */
    bool is_open, is_done;
    uint32_t laid; /* records that the ladder has taken */
    struct ladder_checkpoint *checkpoints;
    size_t checkpoint_count, checkpoint_capacity;
    struct ladder_store store;
    struct ladder_page header, end;
    int64_t rows, items; /* without the last words */
    struct kept_page pages[PAGES];
    uint64_t clock;
    uint32_t flight_of; /* the frame that was last asked for; 0: none */
    struct ladder_flight flight;
};

/* ---- Going through the run ---- */

static bool add_checkpoint(struct ladder_book *book, uint32_t next)
{
    struct ladder_checkpoint checkpoint;

    if (!grow(&book->checkpoints, book->checkpoint_count + 1, &book->checkpoint_capacity,
              sizeof(checkpoint)) ||
        !ladder_checkpoint_take(&book->ladder, next, &book->store, &checkpoint))
        return false;
    checkpoint.item = book->items;
    book->checkpoints[book->checkpoint_count++] = checkpoint;
    return true;
}

static bool count_row(void *context, const struct ladder *l, int y)
{
    struct ladder_book *book = context;

    (void)l, (void)y;
    book->rows++;
    return true;
}

static void count_item(void *context, const struct ladder *l, const struct ladder_mark *mark)
{
    struct ladder_book *book = context;

    (void)l, (void)mark;
    book->items++;
}

static bool maybe_add_checkpoint(void *context, const struct ladder *l, uint32_t next)
{
    struct ladder_book *book = context;
    uint32_t since = next - book->checkpoints[book->checkpoint_count - 1].record;

    if (since < book->options.page || ladder_checkpoint_size(l) / BYTES_A_RECORD > since ||
        add_checkpoint(book, next))
        return true;
    book->ladder.no_memory = true;
    return false;
}

/* Has DRAW fill PAGE. */
static void fill(struct ladder_book *book, struct ladder_page *page, void (*draw)(struct ladder *))
{
    struct ladder_sink sink = ladder_page_sink(page);

    ladder_page_begin(page, book->rows, book->ladder.layout.width, 0);
    book->ladder.sink = &sink;
    draw(&book->ladder);
    book->ladder.no_memory |= page->no_memory;
}

/* The silences are known. */
static bool begin_ladder(struct ladder_book *book)
{
    struct ladder *l = &book->ladder;

    book->is_open = true;
    if (!ladder_open(l, book->view, &book->options, &book->silences, NULL) ||
        !canvas_own(&l->rows.canvas))
        return false;
    fill(book, &book->header, ladder_draw_header);
    ladder_choose_forms(l);
    tcp_view_note(l->tcp); /* pages are made from the notes */
    return add_checkpoint(book, 0) && !l->no_memory;
}

static void lay_out(struct ladder_book *book, uint32_t records)
{
    struct ladder_sink sink = { count_row, count_item, maybe_add_checkpoint, book };
    struct ladder *l = &book->ladder;
    uint32_t left = l->view->trace->records.count - book->laid;
    uint32_t end = book->laid + (records < left ? records : left);

    l->sink = &sink;
    ladder_rows_set_blind(&l->rows, true);
    for (; book->laid < end && !l->no_memory; book->laid++) {
        ladder_tally_add(&l->tally, l->view->trace, book->laid);
        ladder_take(l, book->laid);
    }
    if (records >= left)
        ladder_finish(l);
    ladder_rows_set_blind(&l->rows, false);
}

static void end_ladder(struct ladder_book *book)
{
    book->ladder.no_memory |= !tcp_view_note_no_more(book->ladder.tcp);
    book->store.capacity = trim(&book->store.at, book->store.used, book->store.capacity, 1);
    book->checkpoint_capacity = trim(&book->checkpoints, book->checkpoint_count,
                                     book->checkpoint_capacity, sizeof(*book->checkpoints));
    fill(book, &book->end, ladder_tally_draw);
    book->is_done = true;
}

struct ladder_book *ladder_book_begin(const struct run_view *view,
                                      const struct ladder_options *options)
{
    struct ladder_book *book = calloc(1, sizeof(*book));

    if (book == NULL)
        return NULL;
    book->view = view;
    book->options = *options;
    if (book->options.page == 0)
        book->options.page = PAGE_RECORDS;
    return book;
}

bool ladder_book_go_on(struct ladder_book *book, uint32_t records)
{
    uint32_t count = book->view->trace->records.count;

    if (book->is_done)
        return true;
    if (book->silences.taken < count)
        ladder_silences_take(&book->silences, book->view, &book->options,
                             records < UINT32_MAX / SCAN_TIMES ? records * SCAN_TIMES : UINT32_MAX);
    else if (!book->is_open)
        return begin_ladder(book);
    else
        lay_out(book, records);
    if (book->is_open && book->laid == count)
        end_ladder(book);
    return !book->ladder.no_memory;
}

bool ladder_book_is_done(const struct ladder_book *book)
{
    return book->is_done;
}

uint32_t ladder_book_laid(const struct ladder_book *book)
{
    return book->laid;
}

struct ladder_book *ladder_book_open(const struct run_view *view,
                                     const struct ladder_options *options)
{
    struct ladder_book *book = ladder_book_begin(view, options);

    while (book != NULL && !book->is_done)
        if (!ladder_book_go_on(book, UINT32_MAX)) {
            ladder_book_close(book);
            return NULL;
        }
    return book;
}

void ladder_book_close(struct ladder_book *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < PAGES; i++)
        ladder_page_close(&book->pages[i].page);
    ladder_page_close(&book->header);
    ladder_page_close(&book->end);
    free(book->checkpoints);
    free(book->store.at);
    ladder_close(&book->ladder);
    free(book);
}

int ladder_book_width(const struct ladder_book *book)
{
    return book->ladder.layout.width;
}

int ladder_book_narrowest(const struct ladder_book *book)
{
    return book->ladder.layout.narrowest;
}

unsigned ladder_book_columns(const struct ladder_book *book, struct ladder_book_column *columns,
                             unsigned limit)
{
    const struct ladder_layout *layout = &book->ladder.layout;

    for (unsigned i = 0; i < layout->count && i < limit; i++)
        columns[i] = (struct ladder_book_column){ layout->nodes[i], layout->x[i] };
    return layout->count;
}

size_t ladder_book_size(const struct ladder_book *book)
{
    return sizeof(*book) + book->checkpoint_capacity * sizeof(book->checkpoints[0]) +
           book->store.capacity + tcp_view_notes_size(book->ladder.tcp);
}

/* ---- Pages ---- */

static bool make_page(struct ladder_book *book, struct ladder_page *page, size_t number)
{
    const struct ladder_checkpoint *checkpoint = &book->checkpoints[number];
    bool last = number + 1 == book->checkpoint_count;
    struct ladder_sink sink = ladder_page_sink(page);
    struct ladder *l = &book->ladder;
    uint32_t count = l->view->trace->records.count;

    ladder_checkpoint_restore(l, &book->store, checkpoint);
    ladder_page_begin(page, checkpoint->row, l->layout.width, last ? count : checkpoint[1].record);
    l->sink = &sink;
    for (uint32_t i = checkpoint->record; i < count && !l->stopped && !l->no_memory; i++)
        ladder_take(l, i);
    if (last)
        ladder_finish(l);
    if (!page->no_memory && !l->no_memory)
        return true;
    l->no_memory = false;
    return false;
}

/* The page of checkpoint NUMBER, made if need be; or NULL: no memory. */
static const struct ladder_page *page_of(struct ladder_book *book, size_t number)
{
    struct kept_page *oldest = &book->pages[0];

    for (size_t i = 0; i < PAGES; i++) {
        struct kept_page *kept = &book->pages[i];

        if (kept->used != 0 && kept->number == number) {
            kept->used = ++book->clock;
            return &kept->page;
        }
        if (kept->used < oldest->used)
            oldest = kept;
    }
    oldest->used = 0;
    if (!make_page(book, &oldest->page, number))
        return NULL;
    oldest->number = number;
    oldest->used = ++book->clock;
    return &oldest->page;
}

/* By what a checkpoint is looked for; all of them rise from one to the next. */
static int64_t row_of(const struct ladder_checkpoint *c)
{
    return c->row;
}
static int64_t item_of(const struct ladder_checkpoint *c)
{
    return c->item;
}
static int64_t record_of(const struct ladder_checkpoint *c)
{
    return c->record;
}
static int64_t time_of(const struct ladder_checkpoint *c)
{
    return c->now;
}

/* The last checkpoint that has at most WANTED; the first one, if none has. */
static size_t find(const struct ladder_book *book, int64_t wanted,
                   int64_t (*value)(const struct ladder_checkpoint *))
{
    size_t low = 0, high = book->checkpoint_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (value(&book->checkpoints[middle]) <= wanted)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The page with ROW on it, or NULL. */
static const struct ladder_page *page_with(struct ladder_book *book, int64_t row)
{
    const struct ladder_page *page;

    if (row < 0 || row >= ladder_book_rows(book))
        return NULL;
    page = row >= book->rows ? &book->end : page_of(book, find(book, row, row_of));
    return page == NULL || row - page->first >= (int64_t)page->row_count ? NULL : page;
}

/* ---- Rows ---- */

int ladder_book_header(const struct ladder_book *book, struct canvas *canvas, int x, int y)
{
    const struct ladder_page *header = &book->header;

    for (size_t row = 0; row < header->row_count; row++)
        ladder_page_copy(header, row, canvas, x, y + (int)row);
    return (int)header->row_count;
}

int64_t ladder_book_rows(const struct ladder_book *book)
{
    return book->rows + (int64_t)book->end.row_count;
}

bool ladder_book_row(struct ladder_book *book, int64_t row, struct canvas *canvas, int x, int y)
{
    const struct ladder_page *page = page_with(book, row);

    if (page == NULL)
        return false;
    ladder_page_copy(page, (size_t)(row - page->first), canvas, x, y);
    return true;
}

vtime ladder_book_time(struct ladder_book *book, int64_t row)
{
    const struct ladder_page *page = page_with(book, row);

    return page == NULL ? 0 : page->times[row - page->first];
}

int64_t ladder_book_row_at(struct ladder_book *book, vtime time)
{
    const struct ladder_page *page = page_of(book, find(book, time, time_of));
    size_t row = page == NULL ? 0 : page->row_count;

    while (row > 0 && page->times[row - 1] > time)
        row--;
    return page == NULL ? 0 : max_i64(page->first + (int64_t)row - 1, 0);
}

/* ---- Items ---- */

int64_t ladder_book_items(const struct ladder_book *book)
{
    return book->items;
}

static const struct ladder_page_item *find_item(struct ladder_book *book, int64_t index)
{
    size_t number = find(book, index, item_of);
    const struct ladder_page *page;
    int64_t at;

    if (index < 0 || index >= book->items || (page = page_of(book, number)) == NULL)
        return NULL;
    at = index - book->checkpoints[number].item;
    return at < (int64_t)page->item_count ? &page->items[at] : NULL;
}

bool ladder_book_item(struct ladder_book *book, int64_t index, struct ladder_item *item)
{
    const struct ladder_page_item *found = find_item(book, index);

    if (found == NULL)
        return false;
    *item = found->item;
    return true;
}

int64_t ladder_book_item_at(struct ladder_book *book, uint32_t record)
{
    size_t number = find(book, record, record_of), low = 0, high;
    const struct ladder_page *page = page_of(book, number);

    if (page == NULL)
        return -1;
    for (high = page->item_count; low < high;) {
        size_t middle = low + (high - low) / 2;

        if (page->items[middle].item.record <= record)
            low = middle + 1;
        else
            high = middle;
    }
    return book->checkpoints[number].item + (int64_t)low - 1;
}

int64_t ladder_book_item_on_row(struct ladder_book *book, int64_t row)
{
    size_t number = find(book, row, row_of);
    const struct ladder_page *page = page_of(book, number);
    int64_t best = -1, best_row = -1;

    for (size_t i = 0; page != NULL && i < page->item_count; i++)
        if (page->items[i].item.row <= row && page->items[i].item.row > best_row) {
            best = book->checkpoints[number].item + (int64_t)i;
            best_row = page->items[i].item.row;
        }
    if (best < 0 && page != NULL && row >= 0)
        best = book->checkpoints[number].item - 1;
    return best;
}

/* ---- Arrows ---- */

/* RECORD ends a copy of FRAME, or of what it became behind a node that it passed. */
static bool ends_copy(const struct run_joins *joins, const struct record *record, uint32_t frame)
{
    return record->frame != 0 && run_join_first(joins, record->frame) == frame &&
           record->kind != RECORD_FATE && ladder_befalls_flight(record) &&
           !(record->kind == RECORD_RX && run_join_next(joins, record->frame) != 0);
}

/* The row in which the last of COPIES of FRAME, which record TX has sent, has
 * arrived or was lost; -1: it has not. */
static int64_t row_of_end(struct ladder_book *book, uint32_t frame, uint32_t tx, uint32_t copies)
{
    const struct trace *trace = book->ladder.view->trace;
    struct ladder_item item;

    for (uint32_t i = tx + 1; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (!ends_copy(book->ladder.view->joins, &record, frame) || --copies > 0)
            continue;
        if (ladder_book_item(book, ladder_book_item_at(book, i), &item) && item.record == i)
            return item.row;
        break;
    }
    return -1;
}

bool ladder_book_arrow(struct ladder_book *book, uint32_t frame, struct ladder_flight *arrow)
{
    const struct trace *trace = book->ladder.view->trace;
    const struct ladder_page_item *item;
    uint32_t tx;

    if (frame == 0 || frame > trace->frames.count)
        return false;
    tx = trace_frame(trace, frame)->record;
    if (book->flight_of != frame) {
        item = find_item(book, ladder_book_item_at(book, tx));
        if (item == NULL || item->item.record != tx || item->copies == 0)
            return false;
        book->flight = item->arrow;
        book->flight_of = frame;
        if (item->arrow.last < 0)
            book->flight.last = row_of_end(book, frame, tx, item->copies);
    }
    *arrow = book->flight;
    return true;
}
