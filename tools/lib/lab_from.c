#include "tools/lib/lab_from.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/capture_filter.h"
#include "tools/lib/lab_from_parts.h"
#include "tools/lib/lab_from_udp.h"
#include "tools/lib/text.h"

#define TRACE_MOST ((size_t)256 << 20) /* bytes; a lab that outgrows it is not this story */

/* TRIED_MOST: segments of all runs that are tried; a few seconds. */
enum { STEP_TEXT_SIZE = 60, TRIED_MOST = 300000 };

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

/* ---- Running a lab that was written ---- */

struct trial {
    struct lab *lab;
    struct simulation run;
    struct course course;
    struct course_likeness likeness;
};

static void trial_close(struct trial *trial)
{
    course_close(&trial->course);
    if (trial->lab != NULL)
        simulation_close(&trial->run);
    lab_free(trial->lab);
}

static bool parse(struct trial *trial, const char *text)
{
    struct diagnostics d;
    bool good;

    diagnostics_init(&d);
    good = lab_parse(text, strlen(text), "lab.yaml", NULL, &simulation_hooks, &trial->lab, &d);
    if (!good)
        diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    return good;
}

/* Runs the lab TEXT and holds it against the capture. False: there was no memory, or it
 * is no lab; to be closed all the same. */
static bool trial_run(struct trial *trial, const struct from_plan *plan, const char *text)
{
    const struct simulation_options options = { .trace_limit = TRACE_MOST };
    struct course_place place = { .distance = { plan->distance[0], plan->distance[1] },
                                  .unseen = plan->unseen.items,
                                  .unseen_count = plan->unseen.count,
                                  .join = &plan->talk->join };

    memset(trial, 0, sizeof(*trial));
    if (!parse(trial, text))
        return false;
    if (!simulation_open(&trial->run, trial->lab, &options)) {
        lab_free(trial->lab);
        trial->lab = NULL;
        return false;
    }
    simulation_run(&trial->run, NULL);
    for (unsigned side = 0; side < 2; side++)
        place.node[side] = (uint16_t)lab_find_node(trial->lab, plan->host[side].name,
                                                   strlen(plan->host[side].name));
    return course_of_run(&trial->course, &trial->run, &place) &&
           course_compare(&plan->course, &trial->course, &trial->likeness);
}

/* ---- Choosing among ways to tell the story ---- */

struct way {
    enum talk_grain grain;
    bool reading;   /* programs stop reading where it seems so */
    bool at_once;   /* what is written goes at once: no Nagle */
    bool unlimited; /* nor does a congestion window hold it */
    bool goes_back; /* and all is sent again behind what was lost */
    int worse;      /* permille by which it must be more alike to be worth it */
};

/* What is easier to read comes first, and is taken if the others are not more alike. */
static const struct way ways[] = {
    { TALK_BY_WRITE, true, false, false, false, 0 },
    { TALK_BY_WRITE, true, true, false, false, 0 },
    { TALK_BY_SEGMENT, true, false, false, false, 0 },
    { TALK_BY_SEGMENT, true, true, false, false, 0 },
    { TALK_BY_WRITE, false, false, false, false, 0 },
    { TALK_BY_WRITE, false, true, false, false, 0 },
    { TALK_BY_SEGMENT, false, false, false, false, 0 },
    { TALK_BY_SEGMENT, false, true, false, false, 0 },
    { TALK_BY_SEGMENT, true, true, true, false, 10 },
    { TALK_BY_SEGMENT, false, true, true, false, 10 },
    { TALK_BY_WRITE, true, false, true, true, 10 },
    { TALK_BY_SEGMENT, true, true, true, true, 10 },
};

static void go_way(struct from_plan *plan, const struct way *way, bool hasty)
{
    from_plan_script(plan, way->grain, way->reading);
    for (unsigned side = 0; side < 2; side++) {
        plan->host[side].at_once = way->at_once;
        plan->host[side].unlimited = way->unlimited;
        plan->host[side].goes_back = way->goes_back;
        plan->host[side].hasty = hasty;
    }
}

/* Permille, or -1. */
static int try_way(struct from_plan *plan, const struct lab_from *result, const struct way *way,
                   bool hasty)
{
    struct trial trial;
    char *text;
    int alike = -1;

    go_way(plan, way, hasty);
    if (plan->no_memory || plan->entries.count > LAB_COMMANDS_MAX)
        return -1;
    text = from_plan_write(plan, result);
    if (text == NULL)
        return -1;
    if (trial_run(&trial, plan, text))
        alike = (int)course_permille(&trial.likeness);
    plan->outgrows = plan->outgrows || (trial.lab != NULL && trial.run.overflowed);
    trial_close(&trial);
    free(text);
    return alike;
}

/* Whether either end's timer was quicker than delayed ACKs are. */
static bool may_be_hasty(const struct from_plan *plan)
{
    return plan->host[0].min_rto != plan->host[0].calm_rto ||
           plan->host[1].min_rto != plan->host[1].calm_rto;
}

static const struct way *choose_way(struct from_plan *plan, const struct lab_from *result,
                                    bool *hasty)
{
    size_t count = ARRAY_LEN(ways) * (may_be_hasty(plan) ? 2 : 1);
    size_t affordable = TRIED_MOST / (plan->course.steps.count + 1) + 1;
    const struct way *best = NULL;
    int most = -1;

    for (size_t i = 0; i < count && i < affordable && most < 1000 && !plan->outgrows; i++) {
        const struct way *way = &ways[i % ARRAY_LEN(ways)];
        int alike = try_way(plan, result, way, i >= ARRAY_LEN(ways)) - way->worse;

        if (alike <= most)
            continue;
        most = alike;
        best = way;
        *hasty = i >= ARRAY_LEN(ways);
    }
    return best;
}

static void tell_difference(struct lab_from *result, const struct course *capture,
                            const struct course *run)
{
    char there[STEP_TEXT_SIZE] = "", here[STEP_TEXT_SIZE] = "";
    uint32_t at = result->likeness.alike;
    uint64_t frame = 0;

    snprintf(there, sizeof(there), "%s", _("no more"));
    snprintf(here, sizeof(here), "%s", _("no more"));
    if (at < capture->steps.count) {
        course_step_format(course_step(capture, at), there, sizeof(there));
        frame = course_step(capture, at)->frame;
    }
    if (at < run->steps.count)
        course_step_format(course_step(run, at), here, sizeof(here));
    if (frame > 0)
        snprintf(result->differs, sizeof(result->differs), _("frame %" PRIu64 ", %s; here %s"),
                 frame, there, here);
    else
        snprintf(result->differs, sizeof(result->differs), _("%s; here %s"), there, here);
}

/* Takes the best way, and lets the lab say what its run shows. */
static bool finish(struct from_plan *plan, struct lab_from *result)
{
    bool hasty = false;
    const struct way *best = choose_way(plan, result, &hasty);
    struct trial trial;
    char *text;
    bool done;

    if (best == NULL)
        return false;
    go_way(plan, best, hasty);
    text = from_plan_write(plan, result);
    if (text == NULL)
        return false;
    done = trial_run(&trial, plan, text);
    for (size_t i = 0; done && i < FROM_CHECKS && i < trial.lab->check_count; i++)
        plan->check_fails[i] = !trial.run.checks[i].held;
    result->likeness = trial.likeness;
    if (done && course_permille(&result->likeness) < 1000)
        tell_difference(result, &plan->course, &trial.course);
    trial_close(&trial);
    free(text);
    if (!done)
        return false;
    result->lab = from_plan_write(plan, result);
    result->readme = from_plan_readme(plan, result);
    return result->lab != NULL && result->readme != NULL;
}

/* ---- The whole ---- */

static void describe_beginning(struct lab_from *result, const struct capture_talk *talk)
{
    size_t used = 0, size = sizeof(result->assumed), len;

    for (unsigned line = 0; used < size; line++) {
        len = capture_talk_assumed(talk, line, result->assumed + used, size - used);
        if (len == 0 || used + len + 1 >= size)
            break;
        used += len;
        result->assumed[used++] = '\n';
    }
    result->assumed[used < size ? used : size - 1] = '\0';
}

static void describe(struct lab_from *result, const struct from_plan *plan)
{
    const struct capture_talk *talk = plan->talk;

    for (unsigned side = 0; side < 2; side++)
        capture_talk_name(talk, side, result->names[side], sizeof(result->names[side]));
    result->stream = talk->stream;
    result->connections = talk->connections;
    result->segments = talk->count - talk->before;
    describe_beginning(result, talk);
    snprintf(result->trouble, sizeof(result->trouble), "%s", talk->trouble);
}

static bool make(struct from_plan *plan, struct lab_from *result, FILE *in)
{
    const uint32_t most[2] = { plan->host[0].most, plan->host[1].most };

    rewind(in);
    from_plan_macs(plan, in);
    if (!course_of_talk(&plan->course, plan->talk, most))
        return false;
    from_plan_habits(plan);
    from_plan_losses(plan);
    from_plan_end(plan);
    course_forget_before(&plan->course);
    describe(result, plan);
    return !plan->no_memory && finish(plan, result);
}

static bool is_filter(const char *text, char *why)
{
    char error[FILTER_ERROR_BYTES];
    struct capture_filter filter;
    size_t column;

    if (capture_filter_open(&filter, text, error, &column)) {
        capture_filter_close(&filter);
        return true;
    }
    snprintf(why, LAB_FROM_WHY_SIZE, _("the filter \"%.200s\", column %zu: %s"), text, column + 1,
             error);
    return false;
}

static enum lab_from_status refuse(const struct capture_talk *talk,
                                   const struct capture_talk_choice *choice)
{
    bool missing = choice->by_stream && talk->connections > 0;

    return missing ? LAB_FROM_USAGE : LAB_FROM_UNFIT;
}

/* There is no TCP, for the reason WHY. */
static enum lab_from_status from_datagrams(struct lab_from *from, FILE *in, const char *name,
                                           const struct capture_talk_choice *choice, char *why)
{
    char udp[LAB_FROM_WHY_SIZE] = "";
    enum lab_from_status status = lab_from_udp(from, in, name, choice->filter, udp);
    size_t len = strlen(why);

    if (udp[0] != '\0')
        snprintf(why + len, LAB_FROM_WHY_SIZE - len, _(", and of UDP: %s"), udp);
    else if (status == LAB_FROM_UNFIT)
        snprintf(why + len, LAB_FROM_WHY_SIZE - len, "%s", _(", nor a UDP datagram"));
    return status;
}

enum lab_from_status lab_from_capture(struct lab_from *from, FILE *in, const char *name,
                                      const struct capture_talk_choice *choice, char *why)
{
    struct capture_talk talk;
    struct from_plan plan = { .talk = &talk, .file = name };
    enum lab_from_status status = LAB_FROM_UNFIT;

    memset(from, 0, sizeof(*from));
    if (!is_filter(choice->filter, why))
        return LAB_FROM_USAGE;
    rewind(in);
    if (!capture_talk_open(&talk, (struct byte_source){ read_file, in }, choice, why)) {
        snprintf(from->trouble, sizeof(from->trouble), "%s", talk.trouble);
        if (talk.connections == 0 && !choice->by_stream)
            return from_datagrams(from, in, name, choice, why);
        return refuse(&talk, choice);
    }
    snprintf(from->trouble, sizeof(from->trouble), "%s", talk.trouble);
    if (from_plan_ends(&plan, why)) {
        snprintf(why, LAB_FROM_WHY_SIZE, "%s", _("out of memory"));
        status = make(&plan, from, in) ? LAB_FROM_MADE : LAB_FROM_FAILED;
    }
    if (status != LAB_FROM_MADE)
        lab_from_free(from);
    course_close(&plan.course);
    free(plan.faults.items);
    free(plan.unseen.items);
    free(plan.entries.items);
    capture_talk_close(&talk);
    return status;
}

void lab_from_free(struct lab_from *from)
{
    free(from->lab);
    free(from->readme);
    from->lab = from->readme = NULL;
}
