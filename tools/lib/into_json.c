#include <string.h>

#include "layers/state.h"
#include "tools/lib/into_parts.h"
#include "tools/lib/json_writer.h"

static const char *side_word(unsigned side)
{
    return side == TALK_CLIENT ? "client" : "server";
}

/* Times count from BEGINS. */
static void put_answer(struct json_writer *w, const char *key, const struct into_answer *a,
                       vtime begins)
{
    json_open(w, key, '{');
    json_put_integer(w, "frame", a->frame);
    json_put_integer(w, "t", a->at - begins);
    json_put_integer(w, "tcp.flags", a->flags);
    json_put_integer(w, "tcp.seq", a->seq);
    json_put_integer(w, "tcp.ack", a->ack);
    json_put_integer(w, "tcp.len", a->len);
    json_put_integer(w, "tcp.window_size", a->window);
    json_close(w, '}');
}

static void put_answers(struct json_writer *w, const char *key, const struct into *into, int whose,
                        const struct into_row *row)
{
    json_open(w, key, '[');
    for (uint32_t i = 0; i < row->count[whose]; i++)
        put_answer(w, NULL, &into->answers[whose][row->first[whose] + i], into_begins(into->run));
    json_close(w, ']');
}

static void put_differences(struct json_writer *w, unsigned differs)
{
    json_open(w, "differs", '[');
    for (unsigned bit = INTO_MISSING; bit <= INTO_BEFORE; bit <<= 1)
        if ((differs & bit) != 0)
            json_put_string(w, NULL, into_difference_name((enum into_difference)bit));
    json_close(w, ']');
}

static void put_row(const struct into *into, uint32_t index, FILE *out)
{
    const struct into_row *row = &into->rows[index];
    struct json_writer w;

    json_begin(&w, out);
    json_put_string(&w, "kind", row->fed ? "fed" : "answer");
    json_put_integer(&w, "t", row->at - into_begins(into->run));
    if (row->fed) {
        if (!row->made_up)
            json_put_integer(&w, "frame",
                             (int64_t)into->options.talk->segments[row->segment].frame);
        json_put_bool(&w, "made_up", row->made_up);
        json_put_bool(&w, "before", row->before);
        json_put_bool(&w, "gave_up", row->gave_up);
        put_answer(&w, "said", &row->said, into_begins(into->run));
    } else {
        put_answers(&w, "real", into, 0, row);
        put_answers(&w, "simulated", into, 1, row);
        json_put_bool(&w, "same", (row->differs & INTO_OTHER) == 0);
        put_differences(&w, row->differs);
        json_put_bool(&w, "first_difference", index == into->first_difference);
    }
    json_end(&w);
}

static void put_beginning(const struct into *into, const struct into_print_options *options,
                          FILE *out)
{
    const struct capture_talk *talk = into->options.talk;
    unsigned as = into->options.as;
    struct json_writer w;
    char name[240];

    json_begin(&w, out);
    json_put_string(&w, "schema", "rung.into/1");
    json_put_string(&w, "file", options->file);
    json_put_integer(&w, "tcp.stream", talk->stream);
    json_put_string(&w, "as", side_word(as));
    capture_talk_name(talk, as, name, sizeof(name));
    json_put_string(&w, "fed", name);
    capture_talk_name(talk, !as, name, sizeof(name));
    json_put_string(&w, "peer", name);
    json_put_string(&w, "times", into->options.times == INTO_KEPT ? "kept" : "answers");
    json_put_string(&w, "host", options->host != NULL ? options->host : "");
    json_open(&w, "joined", '[');
    for (unsigned i = 0; capture_talk_assumed(talk, i, name, sizeof(name)) > 0; i++)
        json_put_string(&w, NULL, name);
    json_close(&w, ']');
    json_end(&w);
}

static void put_end(const struct into *into, FILE *out)
{
    const struct into_tally *t = &into->tally;
    struct json_writer w;

    json_begin(&w, out);
    json_put_string(&w, "kind", "end");
    json_put_string(&w, "real", state_name(into->real_state));
    json_put_string(&w, "simulated", state_name(into->simulated_state));
    json_put_bool(&w, "agree", into->agree);
    json_put_integer(&w, "real_answers", t->real);
    json_put_integer(&w, "simulated_answers", t->simulated);
    json_put_integer(&w, "same", t->same);
    json_put_integer(&w, "cut_otherwise", t->cut);
    json_put_integer(&w, "other_window", t->other_window);
    json_put_integer(&w, "other_time", t->other_time);
    json_put_integer(&w, "different", t->different);
    json_put_integer(&w, "only_real", t->missing);
    json_put_integer(&w, "only_simulated", t->extra);
    json_put_integer(&w, "after_the_end", t->after);
    json_put_integer(&w, "fed", t->fed);
    json_put_integer(&w, "before", t->before);
    json_put_integer(&w, "made_up", t->made_up);
    json_put_integer(&w, "helps", t->helps);
    json_put_integer(&w, "resets", t->resets);
    json_put_integer(&w, "given_up", t->given_up);
    json_put_integer(&w, "lost", t->lost);
    json_put_integer(&w, "twice", t->twice);
    json_put_integer(&w, "truncated", t->truncated);
    json_put_bool(&w, "starved", into->starved);
    json_end(&w);
}

void into_print_json(const struct into *into, const struct into_print_options *options, FILE *out)
{
    put_beginning(into, options, out);
    for (uint32_t i = 0; i < into->row_count && !ferror(out); i++)
        put_row(into, i, out);
    put_end(into, out);
}
