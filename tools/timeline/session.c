#include "tools/timeline/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/fault.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/run_prefix.h"
#include "tools/lib/text.h"
#include "tools/timeline/walk.h"

struct session {
    struct session_options options;
    enum session_kind kind;
    struct walk *walks[SESSION_SIDES];
    struct deed deeds[DEEDS_MAX];
    size_t count;               /* of deeds that are not undone */
    size_t known;               /* with those that can be redone */
    struct run_prefix prefix;   /* what can be seen of the original, */
    struct session_run limited; /* if not all of it: limited.limited, or limited.part */
};

/* ---- Opening ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static struct walk *open_original(struct session *session, char *error, size_t size)
{
    const struct walk_text file = { .text = NULL };

    if (session->kind == SESSION_INTO)
        return walk_into_open(&session->options, error, size);
    if (session->kind == SESSION_CAPTURE)
        return walk_capture_open(&session->options, error, size);
    if (session->kind == SESSION_SCRIPT)
        return walk_script_open(&session->options, error, size);
    return walk_lab_open(&session->options, &file, error, size);
}

/* The first EVENTS events of the original. */
static void cut(struct session *session, uint32_t events)
{
    const struct session_run *whole = &session->walks[SESSION_ORIGINAL]->run;
    const struct trace *trace = &session->prefix.trace;

    run_prefix_take(&session->prefix, whole->view, events);
    session->limited = (struct session_run){ .lab = whole->lab,
                                             .view = &session->prefix.view,
                                             .whole = &session->prefix.view,
                                             .end = events > 0 ? trace_event(trace, events)->at : 0,
                                             .events = events,
                                             .records = trace->records.count,
                                             .frames = trace->frames.count };
}

/* What is to be shown first of a run that is so long that it matters. */
static void begin_with_part(struct session *session)
{
    const struct walk *walk = session->walks[SESSION_ORIGINAL];
    uint32_t part = session->options.part;

    if (walk->is_reading) {
        session->limited = walk->part;
    } else if (session->kind != SESSION_CAPTURE && part > 0 && walk->run.frames / 2 > part) {
        cut(session, trace_frame(walk->view.trace, part)->event);
        session->limited.part = true;
    }
}

struct session *session_open(const struct session_options *options, char *error, size_t size)
{
    struct session *session = calloc(1, sizeof(*session));

    if (session == NULL) {
        snprintf(error, size, "%s", _("out of memory"));
        return NULL;
    }
    session->options = *options;
    session->kind = options->into != NULL              ? SESSION_INTO
                    : options->capture                 ? SESSION_CAPTURE
                    : ends_with(options->path, ".pkt") ? SESSION_SCRIPT
                                                       : SESSION_LAB;
    session->walks[SESSION_ORIGINAL] = open_original(session, error, size);
    if (session->walks[SESSION_ORIGINAL] != NULL) {
        begin_with_part(session);
        return session;
    }
    free(session);
    return NULL;
}

void session_close(struct session *session)
{
    if (session == NULL)
        return;
    for (int side = 0; side < SESSION_SIDES; side++)
        if (session->walks[side] != NULL)
            session->walks[side]->close(session->walks[side]);
    free(session);
}

enum session_kind session_kind(const struct session *session)
{
    return session->kind;
}

const char *session_title(const struct session *session)
{
    return session->walks[SESSION_ORIGINAL]->title;
}

const char *session_about(const struct session *session)
{
    return session->walks[SESSION_ORIGINAL]->about;
}

const char *session_trouble(const struct session *session)
{
    const char *trouble = session->walks[SESSION_ORIGINAL]->trouble;

    return trouble != NULL ? trouble : "";
}

const struct session_run *session_run(const struct session *session, enum session_side side)
{
    if (side == SESSION_ORIGINAL && (session->limited.limited || session->limited.part))
        return &session->limited;
    return session->walks[side] == NULL ? NULL : &session->walks[side]->run;
}

void session_limit(struct session *session, uint32_t events)
{
    session->limited = (struct session_run){ .limited = false };
    if (events >= session->walks[SESSION_ORIGINAL]->run.events)
        return;
    cut(session, events);
    session->limited.limited = true;
}

/* ---- Part by part ---- */

bool session_is_part(const struct session *session)
{
    return session->limited.part;
}

bool session_read_on(struct session *session, uint32_t frames)
{
    struct walk *walk = session->walks[SESSION_ORIGINAL];

    return !walk->is_reading || walk->read_on(walk, frames);
}

struct session_reading session_reading(const struct session *session)
{
    const struct walk *walk = session->walks[SESSION_ORIGINAL];

    if (walk->is_reading)
        return walk->reading(walk);
    return (struct session_reading){ .frames = walk->run.frames };
}

const struct session_run *session_whole(const struct session *session)
{
    const struct walk *walk = session->walks[SESSION_ORIGINAL];

    return walk->is_reading ? NULL : &walk->run;
}

void session_show_whole(struct session *session)
{
    ASSERT(session_whole(session) != NULL);
    session->limited.part = false;
}

void session_go(struct session *session, enum session_side side, uint32_t events)
{
    const struct session_run *run = session_run(session, side);

    session->walks[side]->go(session->walks[side], events < run->events ? events : run->events);
}

/* ---- Moments ---- */

/* The connection of NODE that event EVENT is about, or 0. */
static uint32_t subject_of(const struct run_view *view, uint32_t event, uint16_t node)
{
    const struct trace *trace = view->trace;
    uint32_t i = trace_event_begin(trace, event);

    for (; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (record.event != event)
            break;
        if (record.node == node && run_connection_of(view, &record))
            return record.subject;
    }
    return 0;
}

/* Whose side is looked at; a frame that a switch passes on says nothing new. */
static void look_at(const struct run_view *view, const struct record *record, struct moment *moment)
{
    uint32_t subject;

    if (record->node == NODE_NONE || !run_node_is_end(run_node(view, record->node)))
        return;
    subject = run_connection_of(view, record) ? record->subject
                                              : subject_of(view, record->event, record->node);
    if (subject == 0 && moment->node == record->node)
        return;
    moment->node = record->node;
    moment->subject = subject;
}

void session_moment(struct session *session, enum session_side side, uint32_t record,
                    struct moment *moment)
{
    const struct run_view *view = session_run(session, side)->view;
    struct record here;

    if (moment->view == NULL)
        moment->node = run_first_end(view);
    moment->view = view;
    moment->record = record;
    moment->event = 0;
    moment->frame = 0;
    if (record != MOMENT_BEFORE) {
        here = trace_read(view->trace, record);
        moment->event = here.event;
        moment->frame = here.frame;
        if (here.frame == 0 || here.kind == RECORD_WHY)
            moment->frame =
                trace_frames_before(view->trace, trace_event_end(view->trace, here.event));
        look_at(view, &here, moment);
    }
    session_go(session, side, moment->event);
    moment->now = view->world->now;
}

/* ---- Interventions ---- */

size_t session_deed_count(const struct session *session)
{
    return session->count;
}

const struct deed *session_deed(const struct session *session, size_t index)
{
    return &session->deeds[index];
}

/* Writes the first COUNT deeds that meddle with frames and are switched on to
 * INTERVENTIONS, and returns how many; *COMMANDS is how many are commands. */
static uint32_t sort_deeds(const struct session *session, size_t count,
                           struct intervention *interventions, size_t *commands)
{
    uint32_t used = 0;

    *commands = 0;
    for (size_t i = 0; i < count; i++) {
        const struct deed *deed = &session->deeds[i];

        if (deed->off)
            continue;
        if (deed->kind == DEED_COMMAND)
            (*commands)++;
        else
            interventions[used++] = deed_intervention(deed);
    }
    return used;
}

/* Computes the future of the first COUNT deeds, those that are switched on;
 * *WALK is NULL where that is the original one. False: ERROR says why. */
static bool compute(const struct session *session, size_t count, struct walk **walk, char *error,
                    size_t size)
{
    struct intervention interventions[DEEDS_MAX];
    struct walk_text text = { .interventions = interventions };
    size_t commands;
    char *amended = NULL;

    *walk = NULL;
    text.intervention_count = sort_deeds(session, count, interventions, &commands);
    if (text.intervention_count == 0 && commands == 0)
        return true;
    if (commands > 0) {
        amended = walk_amended_text(session->walks[SESSION_ORIGINAL], session->deeds, count, true,
                                    error, size);
        if (amended == NULL)
            return false;
        text.text = amended;
        text.len = strlen(amended);
    }
    *walk = walk_lab_open(&session->options, &text, error, size);
    free(amended);
    return *walk != NULL;
}

/* The first COUNT deeds are those that hold from now on. */
static bool settle(struct session *session, size_t count, char *error, size_t size)
{
    struct walk *walk;

    if (!compute(session, count, &walk, error, size))
        return false;
    if (session->walks[SESSION_OTHER] != NULL)
        session->walks[SESSION_OTHER]->close(session->walks[SESSION_OTHER]);
    session->walks[SESSION_OTHER] = walk;
    session->count = count;
    return true;
}

bool session_do(struct session *session, const struct deed *deed, char *error, size_t size)
{
    struct deed forgotten = session->deeds[session->count % DEEDS_MAX];

    if (session->kind != SESSION_LAB) {
        snprintf(error, size, "%s",
                 session->kind == SESSION_SCRIPT
                     ? _("a packet script cannot be changed: only the run of a lab has another "
                         "future")
                     : _("a capture cannot be changed: only the run of a lab has another future"));
        return false;
    }
    if (session->limited.limited) {
        snprintf(error, size, "%s",
                 _("another future would tell too much: first answer, or pass, "
                   "all that is asked"));
        return false;
    }
    if (session->count == DEEDS_MAX) {
        snprintf(error, size, _("%d interventions are the most"), DEEDS_MAX);
        return false;
    }
    session->deeds[session->count] = *deed;
    if (!settle(session, session->count + 1, error, size)) {
        session->deeds[session->count] = forgotten;
        return false;
    }
    session->known = session->count;
    return true;
}

bool session_undo(struct session *session, char *error, size_t size)
{
    snprintf(error, size, "%s", _("nothing to undo"));
    return session->count > 0 && settle(session, session->count - 1, error, size);
}

bool session_redo(struct session *session, char *error, size_t size)
{
    snprintf(error, size, "%s", _("nothing was undone"));
    return session->count < session->known && settle(session, session->count + 1, error, size);
}

bool session_switch(struct session *session, size_t index, char *error, size_t size)
{
    struct deed *deed = &session->deeds[index];

    deed->off = !deed->off;
    if (settle(session, session->count, error, size))
        return true;
    deed->off = !deed->off;
    return false;
}

static bool records_equal(const struct record *a, const struct record *b)
{
    return a->event == b->event && a->frame == b->frame && a->subject == b->subject &&
           a->node == b->node && a->rule == b->rule && a->a == b->a && a->b == b->b &&
           a->what == b->what && a->port == b->port && a->kind == b->kind;
}

bool session_first_difference(const struct session *session, uint32_t *record)
{
    const struct session_run *one = session_run(session, SESSION_ORIGINAL);
    const struct session_run *other = session_run(session, SESSION_OTHER);
    uint32_t i = 0;

    if (other == NULL)
        return false;
    for (; i < one->records && i < other->records; i++) {
        struct record a = trace_read(one->view->trace, i);
        struct record b = trace_read(other->view->trace, i);

        if (!records_equal(&a, &b) ||
            trace_time(one->view->trace, &a) != trace_time(other->view->trace, &b))
            break;
    }
    *record = i;
    return i < one->records || i < other->records;
}

char *session_lab_text(const struct session *session, char *error, size_t size)
{
    if (session->kind == SESSION_LAB)
        return walk_amended_text(session->walks[SESSION_ORIGINAL], session->deeds, session->count,
                                 false, error, size);
    snprintf(error, size, "%s", _("only a lab can be saved"));
    return NULL;
}
