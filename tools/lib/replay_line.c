#include "tools/lib/replay_parts.h"

#include <inttypes.h>
#include <string.h>

#include "tools/lib/canvas.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

enum {
    INTERFACE_WIDTH = 8,
    FACTS_WIDTH_MIN = 24, /* rather wrap in the terminal than say nothing */
    LINES_MAX = 3,        /* of one frame */
    WRAP_LOSS = 8, /* columns that stay free at the end of a line, for want of a shorter word */
    COMMENT_INDENT = 6,
    ARROW_ENDS = 6 /* "|-- " and "->|" around the facts, less a blank */
};

/* What Rung itself writes in front of the cause (sim/capture_writer.h). */
static const char LOST[] = "lost: ";

struct arrow_marks {
    const char *bar, *line, *left, *right, *lost, *cut;
};

static const struct arrow_marks *marks_of(const struct replay_layout *layout)
{
    static const struct arrow_marks ascii = { "|", "-", "<", ">", "x", "..." };
    static const struct arrow_marks utf8 = { "│", "─", "◀", "▶", "x", "…" };
    return layout->ascii ? &ascii : &utf8;
}

static void repeat(const char *mark, int count, FILE *out)
{
    while (count-- > 0)
        fputs(mark, out);
}

/* Prints foreign text: at most WIDTH columns, nothing a terminal obeys.
 * Returns the columns used. With OUT == NULL it only counts them. */
static int print_foreign(struct span text, int width, bool ascii, FILE *out)
{
    int columns = 0;
    for (size_t at = 0; at < text.len && columns < width;) {
        uint32_t code = 0;
        size_t len = utf8_decode((const char *)text.at + at, text.len - at, &code);
        bool show = len > 0 && utf8_is_printable(code) && (!ascii || code < 128);
        int wide = show ? utf8_width(code) : 1;
        if (wide < 0) {
            show = false;
            wide = 1;
        }
        if (columns + wide > width)
            break;
        if (out != NULL)
            fwrite(show ? (const char *)text.at + at : "?", 1, show ? len : 1, out);
        columns += wide;
        at += len > 0 ? len : 1;
    }
    return columns;
}

static bool is_loss(struct span comment)
{
    return comment.len >= sizeof LOST - 1 && memcmp(comment.at, LOST, sizeof LOST - 1) == 0;
}

struct span replay_lost_cause(const struct capture_frame *captured)
{
    for (size_t i = 0;; i++) {
        struct span comment = capture_frame_comment(captured, i);
        if (comment.at == NULL || is_loss(comment))
            return comment;
    }
}

/* Columns of a time with all its digits. */
static int time_width(const struct replay_layout *layout)
{
    return layout->nanoseconds ? 15 : 12;
}

/* A blank and the time; returns the columns used. */
static int print_time(const struct replay_layout *layout, const struct capture_frame *captured,
                      FILE *out)
{
    char text[48] = "-";
    int len;
    if (captured->has_time) {
        /* Both ends of 64 bits may occur: the difference may not fit. */
        bool before = captured->time_ns < layout->start_ns;
        uint64_t apart = before ? (uint64_t)layout->start_ns - (uint64_t)captured->time_ns
                                : (uint64_t)captured->time_ns - (uint64_t)layout->start_ns;
        uint64_t fraction = apart % 1000000000;
        snprintf(text, sizeof text, "%s%" PRIu64 ".%0*" PRIu64, before ? "-" : "",
                 apart / 1000000000, layout->nanoseconds ? 9 : 6,
                 layout->nanoseconds ? fraction : fraction / 1000);
    }
    len = fprintf(out, " %*s", time_width(layout) - 1, text);
    return len > 0 ? len : 0;
}

/* Prints NAME in WIDTH columns, and returns how many it took; of a longer one the middle
 * goes, for it is the ends that tell addresses apart. */
static int print_name(const struct replay_layout *layout, const char *name, int width, bool right,
                      FILE *out)
{
    const char *cut = marks_of(layout)->cut;
    int len = (int)strlen(name), kept = width - (layout->ascii ? (int)strlen(cut) : 1);

    if (len > width && layout->names_known) {
        fprintf(out, "%.*s%s%s", kept / 2, name, cut, name + len - (kept - kept / 2));
        return width;
    }
    fprintf(out, right ? "%*s" : "%-*s", width, name);
    return len > width ? len : width;
}

/* Number, time and interface; returns the columns used. */
static int print_front(const struct replay_layout *layout, const struct capture_frame *captured,
                       FILE *out)
{
    int number = fprintf(out, "%*" PRIu64, layout->number_width, captured->number);
    int used = (number > 0 ? number : 0) + 2 + print_time(layout, captured, out);
    fputs("  ", out);
    if (layout->interfaces) {
        int columns = print_foreign(captured->name, INTERFACE_WIDTH, layout->ascii, out);
        fprintf(out, "%*s", INTERFACE_WIDTH - columns + 2, "");
        used += INTERFACE_WIDTH + 2;
    }
    return used;
}

/* The number by which an application knows its questions, at the end of FACTS: where
 * it begins. It goes first where room is scarce. */
static size_t number_at(const struct replay_frame *frame, size_t end)
{
    static const char *const names[] = { " xid=0x", " id=0x" };

    for (size_t i = 0; frame->speaks && i < ARRAY_LEN(names); i++) {
        const char *at = strstr(frame->facts, names[i]);

        if (at != NULL && strcspn(at + 1, " ") + 1 == (size_t)(frame->facts + end - at))
            return (size_t)(at - frame->facts);
    }
    return end;
}

enum { FORM_CLOSER = 5, FORM_SHORT = 9, FORMS = 12, FORM_SIZE = 2 * SUMMARY_SIZE + 512 };

struct form {
    const char *facts;
    size_t len;
    const char *thread, *since, *problems;
};

static bool has_since(int form)
{
    return form == 0 || form == 2 || form == FORM_CLOSER || form == FORM_CLOSER + 2 ||
           form == FORM_SHORT;
}

static struct form in_full(const struct replay_frame *frame, int form)
{
    size_t end = summary_problems_at(frame->facts), number = number_at(frame, end);
    struct form f = { frame->facts, end, frame->thread, "", frame->facts + end };

    if (form > 1)
        f.thread = frame->thread_short;
    if (has_since(form))
        f.since = form == 0 ? frame->since : frame->since_short;
    if (form == 4)
        f.len = number < end ? number : 0;
    return f;
}

static struct form closer(const struct replay_frame *frame, int form)
{
    const char *facts = frame->closer[(form - FORM_CLOSER) / 2];
    size_t end = summary_problems_at(facts);

    return (struct form){ facts, end, frame->thread_short,
                          has_since(form) ? frame->since_short : "", facts + end };
}

static struct form in_short(const struct replay_frame *frame, int form)
{
    static const char bad[] = " bad";
    size_t len = strlen(frame->short_facts), end = sizeof(bad) - 1;
    struct form f = { frame->short_facts, len, frame->thread_short, "", "" };

    if (has_since(form))
        f.since = frame->since_short;
    if (form < FORMS - 1 && len > end && strcmp(frame->short_facts + len - end, bad) == 0) {
        f.len -= end;
        f.problems = frame->facts + summary_problems_at(frame->facts);
    }
    return f;
}

/* Writes form number FORM of the facts, from all there is to say to little, with what is
 * wrong at the end; false: there is no such form of them. */
static bool write_form(const struct replay_frame *frame, int form, char *out)
{
    struct form f = form < FORM_CLOSER  ? in_full(frame, form)
                    : form < FORM_SHORT ? closer(frame, form)
                                        : in_short(frame, form);

    snprintf(out, FORM_SIZE, "%.*s%s%s%s", (int)f.len, f.facts, f.thread, f.since, f.problems);
    return f.len > 0;
}

/* The last form, for one line, in which nothing is left out that later ones build on. */
static int last_form(const struct replay_frame *frame)
{
    return frame->opens ? FORM_CLOSER + 1 : FORMS - 2;
}

/* Writes the facts, ASCII, in the first form that fits into ROOM columns; else in the
 * first that takes more lines, or the last one. */
static void choose_form(const struct replay_frame *frame, int room, char *out)
{
    int first = frame->speaks ? FORM_CLOSER + 2 : FORM_CLOSER;

    for (int i = 0; frame->resends && i < FORMS; i++)
        if (has_since(i) && write_form(frame, i, out) && (int)strlen(out) <= room)
            return;
    for (int i = 0; i <= last_form(frame); i++)
        if (write_form(frame, i, out) && (int)strlen(out) <= room)
            return;
    for (int lines = 2; lines <= LINES_MAX; lines++)
        for (int i = first; i <= last_form(frame) + (lines == LINES_MAX); i++)
            if (write_form(frame, i, out) &&
                (int)strlen(out) <= lines * room - (lines - 1) * WRAP_LOSS)
                return;
}

/* The facts of a frame, and what of them is still to be printed. */
struct facts {
    char text[FORM_SIZE];
    const char *left;
};

/* Prints what there is room for in ROOM columns, and returns the columns used. LAST: what
 * is left then is never printed. */
static int print_facts(const struct replay_layout *layout, struct facts *facts, int room, bool last,
                       FILE *out)
{
    const char *cut = marks_of(layout)->cut;
    int cut_width = layout->ascii ? (int)strlen(cut) : 1, used = (int)strlen(facts->left);

    if (used <= room)
        last = false;
    else
        used = (int)canvas_text_break(facts->left, last ? room - cut_width : room);
    fprintf(out, "%.*s%s", used, facts->left, last ? cut : "");
    facts->left += used;
    facts->left += strspn(facts->left, " ");
    return last ? used + cut_width : used;
}

/* The mark where a lost frame's arrow ends, and the cause beside it. */
static void print_loss(const struct replay_layout *layout, struct span cause, int width,
                       bool mark_first, FILE *out)
{
    if (mark_first)
        fprintf(out, "%s ", marks_of(layout)->lost);
    else
        fputc(' ', out);
    print_foreign(cause, width, layout->ascii, out);
    fputs(" ", out);
    if (!mark_first)
        fputs(marks_of(layout)->lost, out);
}

/* Columns of a cause, which gets at most half of ROOM. */
static int loss_width(const struct replay_layout *layout, struct span cause, int room)
{
    return cause.at == NULL ? 0 : print_foreign(cause, room / 2, layout->ascii, NULL);
}

/*
 * Between the two bars there are WIDTH columns, of which the arrow's ends
 * take ARROW_ENDS. A lost frame's arrow ends on the way, in an x.
 */
static void print_arrow(const struct replay_layout *layout, const struct replay_frame *frame,
                        struct span lost, int width, struct facts *facts, FILE *out)
{
    const struct arrow_marks *marks = marks_of(layout);
    bool leftward = strcmp(frame->from, layout->hosts[1]) == 0;
    int cause = loss_width(layout, lost, width - ARROW_ENDS), used;

    fputs(marks->bar, out);
    if (lost.at != NULL)
        width -= cause + 2;
    if (leftward && lost.at != NULL)
        print_loss(layout, lost, cause, false, out);
    else
        fputs(leftward ? marks->left : marks->line, out);
    fprintf(out, "%s ", marks->line);
    choose_form(frame, width - ARROW_ENDS, facts->text);
    used = print_facts(layout, facts, width - ARROW_ENDS, false, out);
    fputc(' ', out);
    repeat(marks->line, width - used - 5, out);
    if (!leftward && lost.at != NULL)
        print_loss(layout, lost, cause, true, out);
    else
        fputs(leftward ? marks->line : marks->right, out);
    fputs(marks->bar, out);
}

static void print_words(const struct replay_layout *layout, const struct replay_frame *frame,
                        struct span lost, int *line_room, struct facts *facts, FILE *out)
{
    int room = *line_room, cause;

    if (frame->from[0] != '\0') {
        room -= 6 + print_name(layout, frame->from, layout->from_width, true, out);
        fprintf(out, " %s ", lost.at != NULL ? "-x" : "->");
        room -= print_name(layout, frame->to, layout->to_width, false, out);
        fputs("  ", out);
    }
    if (room < FACTS_WIDTH_MIN)
        room = FACTS_WIDTH_MIN;
    *line_room = room;
    cause = lost.at == NULL ? 0 : 2 + loss_width(layout, lost, room);
    choose_form(frame, room - cause, facts->text);
    room -= print_facts(layout, facts, room - cause, false, out);
    if (lost.at == NULL)
        return;
    fputs("  ", out);
    print_foreign(lost, room - 2, layout->ascii, out);
}

/* What is left of the FACTS, below where they began, in ROOM columns. */
static void print_left(const struct replay_layout *layout, struct facts *facts, bool arrow,
                       int room, FILE *out)
{
    const char *bar = marks_of(layout)->bar;

    for (int line = 2; line <= LINES_MAX && *facts->left != '\0'; line++) {
        int used;

        fprintf(out, "%*s%s", layout->width - room - (arrow ? 2 : 0), "", arrow ? bar : "");
        if (!arrow) {
            print_facts(layout, facts, room, line == LINES_MAX, out);
        } else {
            fprintf(out, "%*s", ARROW_ENDS / 2, "");
            used = print_facts(layout, facts, room - ARROW_ENDS, line == LINES_MAX, out);
            fprintf(out, "%*s%s", room - ARROW_ENDS / 2 - used, "", bar);
        }
        fputc('\n', out);
    }
}

static void print_comments(const struct replay_layout *layout, const struct capture_frame *captured,
                           FILE *out)
{
    int front = layout->number_width + time_width(layout) + 2;
    for (size_t i = 0;; i++) {
        struct span comment = capture_frame_comment(captured, i);
        if (comment.at == NULL)
            return;
        if (is_loss(comment)) /* stands in the line already */
            continue;
        fprintf(out, "%*s", front + COMMENT_INDENT, "");
        print_foreign(comment, REPLAY_WIDTH_MAX, layout->ascii, out);
        fputc('\n', out);
    }
}

void replay_print_heading(const struct replay_layout *layout, FILE *out)
{
    int used = layout->number_width + time_width(layout) + 2;
    int gap;
    if (!layout->two_hosts)
        return;
    fprintf(out, "%*s%*s  ", layout->number_width, _("frame"), time_width(layout), _("time"));
    if (layout->interfaces) {
        fprintf(out, "%-*s", INTERFACE_WIDTH + 2, _("at"));
        used += INTERFACE_WIDTH + 2;
    }
    gap = layout->width - used - (int)strlen(layout->hosts[0]) - (int)strlen(layout->hosts[1]);
    fprintf(out, "%s%*s%s\n", layout->hosts[0], gap > 2 ? gap : 2, "", layout->hosts[1]);
}

void replay_print_frame(const struct replay_layout *layout, const struct replay_frame *frame,
                        const struct capture_frame *captured, FILE *out)
{
    struct span lost = replay_lost_cause(captured);
    int room = layout->width - print_front(layout, captured, out);
    bool arrow = layout->two_hosts && frame->from[0] != '\0';
    struct facts facts = { .left = facts.text };

    if (arrow) {
        room = room - 2 > FACTS_WIDTH_MIN ? room - 2 : FACTS_WIDTH_MIN;
        print_arrow(layout, frame, lost, room, &facts, out);
    } else {
        print_words(layout, frame, lost, &room, &facts, out);
    }
    fputc('\n', out);
    print_left(layout, &facts, arrow, room, out);
    if (layout->comments)
        print_comments(layout, captured, out);
}
