#include <stdio.h>
#include <stdlib.h>

#include "tools/lib/lab_from_parts.h"
#include "tools/lib/text.h"

static void put_story(FILE *out, const struct from_plan *plan)
{
    const struct talk_end *end = plan->talk->end;
    uint32_t lost = 0;

    for (uint32_t i = 0; i < plan->faults.count; i++) {
        const struct from_fault *fault = (const struct from_fault *)plan->faults.items + i;

        lost += fault->action == LAB_DROP ? fault->count : 0;
    }
    fprintf(out, _("The client writes %llu bytes, the server %llu. "),
            (unsigned long long)end[0].text, (unsigned long long)end[1].text);
    if (lost > 0)
        fprintf(out, _("%u segments are lost on the way.\n"), lost);
    else
        fputs(_("Nothing is lost on the way.\n"), out);
}

char *from_plan_readme(const struct from_plan *plan, const struct lab_from *result)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    fprintf(out,
            _("# %s > %s\n\n## The idea\n\n"
              "A connection that somebody captured (%s, stream %u), as a lab: what happened once\n"
              "can now happen otherwise.\n\n"),
            result->names[0], result->names[1], plan->file, result->stream);
    fputs(_("## What to look for\n\n"), out);
    put_story(out, plan);
    fprintf(out,
            _("Run `rung run .` beside `rung replay %s`. The head of lab.yaml says how alike they\n"
              "are, and what had to be inferred.\n\n"),
            plan->file);
    if (plan->talk->join.joined)
        fputs(_("The connection is older than the capture: the handshake is not in that one, but\n"
                "inferred.\n\n"),
              out);
    fputs(_("## Questions\n\n"
            "1. What if one more segment is lost (`rung run . --drop 4`)? Who notices, by what?\n"
            "2. What if the path is ten times longer (`rung run . --set links.wire.delay=1s`)?\n"
            "3. What if the client's buffer is small (`--set hosts.client.tcp.rcvbuf=4kB`)?\n\n"
            "## In the real world\n\n"
            "It is from there. What a capture does not show, a lab has to assume: see lab.yaml.\n"),
          out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
