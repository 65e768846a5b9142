#include "tools/lib/worksheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "tools/lib/ladder.h"
#include "tools/lib/ladder_blanks.h"
#include "tools/lib/ladder_svg.h"
#include "tools/lib/markdown.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"
#include "tools/lib/worksheet_parts.h"

/* ---- Text ---- */

static bool is_markdown(const struct worksheet *w)
{
    return w->options->format == WORKSHEET_MARKDOWN;
}

void worksheet_heading(const struct worksheet *w, int level, const char *text)
{
    fprintf(w->out, "%s", !is_markdown(w) ? "" : level == 1 ? "# " : "## ");
    utf8_print_clean(w->out, text, false);
    fputs("\n", w->out);
    if (is_markdown(w)) {
        fputs("\n", w->out);
        return;
    }
    for (size_t i = 0; i < strlen(text) && i < WORKSHEET_WIDTH; i++)
        fputc(level == 1 ? '=' : '-', w->out);
    fputs("\n", w->out);
}

void worksheet_text(const struct worksheet *w, const char *before, const char *text)
{
    char *whole = NULL;

    if (asprintf(&whole, "%s%s", before, text) < 0)
        return;
    if (!is_markdown(w)) {
        markdown_print(whole, WORKSHEET_WIDTH, w->out);
        free(whole);
        return;
    }
    utf8_print_clean(w->out, whole, true);
    if (whole[0] != '\0' && whole[strlen(whole) - 1] != '\n')
        fputc('\n', w->out);
    free(whole);
}

void worksheet_code_begin(const struct worksheet *w)
{
    fputs(is_markdown(w) ? "```text\n" : "", w->out);
}

void worksheet_code_end(const struct worksheet *w)
{
    fputs(is_markdown(w) ? "```\n\n" : "\n", w->out);
}

/* ---- The head ---- */

/* Which variant it is, without saying what is in it. */
static void put_code(const struct worksheet *w, const struct variant *variant)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < variant->count; i++)
        hash = hash_bytes(hash, variant->overrides[i], strlen(variant->overrides[i]) + 1);
    fprintf(w->out, _("    Variant: %04x"), (unsigned)(hash & 0xffff));
}

static void put_head(const struct worksheet *w)
{
    const struct variant *variant = w->options->variant;
    const struct lab *lab = w->e->lab;
    char text[400];

    snprintf(text, sizeof(text), "%s%s", lab->title[0] != '\0' ? lab->title : w->options->name,
             w->options->key ? _(" - the key") : "");
    worksheet_heading(w, 1, text);
    fprintf(w->out, _("%sLab: %s"), is_markdown(w) ? "" : "\n", w->options->name);
    if (variant != NULL) {
        fputs(_("    Student: "), w->out);
        utf8_print_clean(w->out, variant->student, false);
        if (variant->count > 0)
            put_code(w, variant);
    } else if (!w->options->key) {
        fputs(_("    Name: ______________________"), w->out);
    }
    fputs("\n\n", w->out);
    if (w->options->key && variant != NULL && variant->count > 0) {
        variant_format(variant, text, sizeof(text));
        worksheet_text(w, _("This variant has "), text);
        fputc('\n', w->out);
    }
}

/* Pages later than the start tell what has happened by then. */
static void put_pages(const struct worksheet *w)
{
    const struct lab *lab = w->e->lab;

    if (lab->about[0] != '\0') {
        worksheet_text(w, "", lab->about);
        fputc('\n', w->out);
    }
    for (size_t i = 0; i < lab->page_count && !w->options->key; i++)
        if (lab->pages[i].gate.moment.kind == LAB_MOMENT_START) {
            worksheet_text(w, "", w->e->pages[i].text);
            fputc('\n', w->out);
        }
}

/* ---- The ladder ---- */

static bool put_drawing(const struct worksheet *w, const struct run_view *view, char *why)
{
    struct ladder_options options = { .ascii = w->options->ascii };
    struct ladder_svg *svg = ladder_svg_open(view, &options, why);
    bool written = svg != NULL && ladder_svg_write(svg, w->out);

    ladder_svg_close(svg);
    return written;
}

static bool put_ladder(const struct worksheet *w, const struct run_view *view)
{
    struct ladder_options options = { .width = WORKSHEET_WIDTH, .ascii = w->options->ascii };
    bool printed;

    worksheet_code_begin(w);
    printed = ladder_print(view, &options, w->out);
    worksheet_code_end(w);
    return printed;
}

static bool put_sheet(const struct worksheet *w, const struct run_view *view, char *why)
{
    if (w->options->format == WORKSHEET_SVG)
        return put_drawing(w, view, why);
    put_head(w);
    put_pages(w);
    if (!put_ladder(w, view))
        return false;
    worksheet_questions(w);
    return !ferror(w->out);
}

/* ---- All of it ---- */

static const char **command_texts(const struct lab *lab)
{
    const char **texts = calloc(lab->command_count + 1, sizeof(*texts));

    for (size_t i = 0; texts != NULL && i < lab->command_count; i++)
        texts[i] = lab->commands[i].text;
    return texts;
}

bool worksheet_write(struct exercise *e, const struct worksheet_options *options, FILE *out,
                     char *why)
{
    struct worksheet w = { e, options, out };
    const char **texts = command_texts(e->lab);
    struct ladder_blanks blanks = { .frames = NULL };
    struct run_view view;
    bool done = false;

    snprintf(why, WORKSHEET_WHY_SIZE, "%s", _("out of memory"));
    world_seek(&e->simulation.history, e->simulation.trace.events.count);
    if (texts != NULL && run_view_open(&view, e->simulation.world, &e->simulation.trace,
                                       options->format == WORKSHEET_SVG ? e->lab->title : NULL)) {
        view.commands = texts;
        view.command_count = (uint32_t)e->lab->command_count;
        if (worksheet_blanks(e, &view, options->blank, &blanks)) {
            view.blanks = options->key ? NULL : &blanks;
            done = put_sheet(&w, &view, why);
        }
        ladder_blanks_close(&blanks);
        run_view_close(&view);
    }
    free(texts);
    return done;
}
