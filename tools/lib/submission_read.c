#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/lab_reader.h"
#include "tools/lib/submission.h"
#include "tools/lib/text.h"
#include "tools/lib/variant.h"

#define FORMAT_NAME "submission/1"

/* The file's keys as they stand there, and those of an entry. */
struct draft {
    const struct yaml_node *rung, *lab, *lab_hash, *student, *variant, *run, *answers, *tasks;
};

struct entry {
    const struct yaml_node *name, *acts, *run, *deeds;
};

#define KEEP(type, field) lab_read_keep, offsetof(struct type, field)

static const struct lab_key FILE_KEYS[] = {
    { "rung", FORMAT_NAME, "what this file is", KEEP(draft, rung) },
    { "lab", "handshake", "name of the lab", KEEP(draft, lab) },
    { "lab-hash", "'0123456789abcdef'", "of its text", KEEP(draft, lab_hash) },
    { "student", "anna", "whose it is", KEEP(draft, student) },
    { "variant", "[links.wire.delay=15ms]", "what differs from the lab's text",
      KEEP(draft, variant) },
    { "run", "'0123456789abcdef'", "hash of the run", KEEP(draft, run) },
    { "answers", "[{ question: ack, acts: [hint] }]", "what was done to questions",
      KEEP(draft, answers) },
    { "tasks", "[{ task: lose, run: '0123456789abcdef', deeds: [drop 3] }]",
      "what was done to tasks", KEEP(draft, tasks) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key ANSWER_KEYS[] = {
    { "question", "ack", "its name", KEEP(entry, name) },
    { "acts", "[{ try: '1' }, hint, pass]", "what was done, in this order", KEEP(entry, acts) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key TASK_KEYS[] = {
    { "task", "lose", "its name", KEEP(entry, name) },
    { "run", "'0123456789abcdef'", "hash of the run with the deeds", KEEP(entry, run) },
    { "deeds", "[drop 3]", "what was done to the run", KEEP(entry, deeds) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key TRY_KEYS[] = {
    { "try", "'1'", "what was answered", KEEP(entry, name) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key_group FILE_GROUP = { "submission", "", FILE_KEYS, false, NULL, 0 },
                                  ANSWER_GROUP = { "answer", "", ANSWER_KEYS, false, NULL, 0 },
                                  TASK_GROUP = { "task", "", TASK_KEYS, false, NULL, 0 },
                                  TRY_GROUP = { "try", "", TRY_KEYS, false, NULL, 0 };

struct reader {
    struct lab_reader base; /* without a lab: for maps, lists and errors */
    struct submission *s;
};

/* ---- Values ---- */

/* The text of NODE, which must be there, at most MAX bytes; "" after an error. */
static const char *text_of(struct reader *r, const struct yaml_node *node, struct mark parent,
                           const struct lab_key *key, size_t max)
{
    const char *text;

    if (node == NULL) {
        lab_error(&r->base, parent, _("\"%s\" is missing: write %s: %s"), key->name, key->name,
                  key->example);
        return "";
    }
    text = lab_scalar(&r->base, key, node);
    if (text == NULL)
        return "";
    if (strlen(text) == node->len && node->len <= max)
        return text;
    lab_error(&r->base, node->mark, _("\"%s\" is too long: at most %zu bytes"), key->name, max);
    return "";
}

static uint64_t hash_of(struct reader *r, const struct yaml_node *node, struct mark parent,
                        const struct lab_key *key, struct mark *mark)
{
    size_t before = r->base.d->total;
    const char *text = text_of(r, node, parent, key, 16);

    *mark = node != NULL ? node->mark : parent;
    if (strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16)
        return strtoull(text, NULL, 16);
    if (r->base.d->total == before)
        lab_error(&r->base, *mark, _("\"%s\" is no hash: 16 digits, 0-9 and a-f"), key->name);
    return 0;
}

/* LIST, or NULL if there is nothing in it. */
static const struct yaml_node *list_of(struct reader *r, const struct yaml_node *list,
                                       const struct lab_key *key, size_t max)
{
    list = lab_list_of(&r->base, list, key->name, key->example, max);
    return list != NULL && list->count > 0 ? list : NULL;
}

/* An entry of a list, read by GROUP; false after an error. */
static bool entry_of(struct reader *r, const struct yaml_node *node,
                     const struct lab_key_group *group, struct entry *entry)
{
    *entry = (struct entry){ .name = NULL };
    if (node->kind == YAML_MAP) {
        lab_read_map(&r->base, node, group->name, group, entry);
        return true;
    }
    lab_error(&r->base, node->mark, _("a map is needed here: write { %s: %s }"),
              group->keys[0].name, group->keys[0].example);
    return false;
}

/* ---- Answers ---- */

static void read_act(struct reader *r, const struct yaml_node *node, struct submission_act *act)
{
    struct entry entry;

    *act = (struct submission_act){ .kind = ATTEMPT_HINT, .mark = node->mark, .text = "" };
    if (node->kind == YAML_MAP) {
        act->kind = ATTEMPT_TRY;
        if (entry_of(r, node, &TRY_GROUP, &entry))
            act->text = text_of(r, entry.name, node->mark, &TRY_KEYS[0], ATTEMPT_TEXT_MAX);
    } else if (node->kind == YAML_SCALAR && strcmp(node->text, "pass") == 0) {
        act->kind = ATTEMPT_PASS;
    } else if (node->kind != YAML_SCALAR || strcmp(node->text, "hint") != 0) {
        lab_error(&r->base, node->mark, _("no act: write { try: '1' }, hint or pass"));
    }
}

static void read_answer(struct reader *r, const struct yaml_node *node,
                        struct submission_answer *answer)
{
    const struct yaml_node *list;
    struct entry entry;

    *answer = (struct submission_answer){ .question = "", .mark = node->mark };
    if (!entry_of(r, node, &ANSWER_GROUP, &entry))
        return;
    answer->question = text_of(r, entry.name, node->mark, &ANSWER_KEYS[0], LAB_TITLE_MAX);
    if (entry.name != NULL)
        answer->mark = entry.name->mark;
    list = list_of(r, entry.acts, &ANSWER_KEYS[1], ATTEMPT_ACTS_MAX);
    if (list == NULL)
        return;
    answer->acts = lab_memory_take(r->base.memory, list->count, sizeof(*answer->acts));
    for (const struct yaml_node *at = list->first; at != NULL; at = at->next)
        read_act(r, at, &answer->acts[answer->act_count++]);
}

static void read_answers(struct reader *r, const struct yaml_node *list)
{
    struct submission *s = r->s;

    list = list_of(r, list, &FILE_KEYS[6], LAB_QUESTIONS_MAX);
    if (list == NULL)
        return;
    s->answers = lab_memory_take(r->base.memory, list->count, sizeof(*s->answers));
    for (const struct yaml_node *at = list->first; at != NULL; at = at->next) {
        struct submission_answer *answer = &s->answers[s->answer_count++];

        read_answer(r, at, answer);
        for (struct submission_answer *other = s->answers; other < answer; other++)
            if (strcmp(other->question, answer->question) == 0 && answer->question[0] != '\0')
                lab_error(&r->base, answer->mark, _("\"%s\" stands here twice"), answer->question);
    }
}

/* ---- Tasks ---- */

static void read_task(struct reader *r, const struct yaml_node *node, struct submission_task *task)
{
    const struct yaml_node *list;
    struct entry entry;

    *task = (struct submission_task){ .task = "", .mark = node->mark };
    if (!entry_of(r, node, &TASK_GROUP, &entry))
        return;
    task->task = text_of(r, entry.name, node->mark, &TASK_KEYS[0], LAB_TITLE_MAX);
    if (entry.name != NULL)
        task->mark = entry.name->mark;
    task->run = hash_of(r, entry.run, node->mark, &TASK_KEYS[1], &task->run_mark);
    list = list_of(r, entry.deeds, &TASK_KEYS[2], DEEDS_MAX);
    if (list == NULL)
        return;
    task->deeds = lab_memory_take(r->base.memory, list->count, sizeof(*task->deeds));
    for (const struct yaml_node *at = list->first; at != NULL; at = at->next)
        task->deeds[task->deed_count++] =
            (struct submission_deed){ text_of(r, at, at->mark, &TASK_KEYS[2], DEED_TEXT_SIZE + 100),
                                      at->mark };
}

static void read_tasks(struct reader *r, const struct yaml_node *list)
{
    struct submission *s = r->s;

    list = list_of(r, list, &FILE_KEYS[7], LAB_TASKS_MAX);
    if (list == NULL)
        return;
    s->tasks = lab_memory_take(r->base.memory, list->count, sizeof(*s->tasks));
    for (const struct yaml_node *at = list->first; at != NULL; at = at->next) {
        struct submission_task *task = &s->tasks[s->task_count++];

        read_task(r, at, task);
        for (struct submission_task *other = s->tasks; other < task; other++)
            if (strcmp(other->task, task->task) == 0 && task->task[0] != '\0')
                lab_error(&r->base, task->mark, _("\"%s\" stands here twice"), task->task);
    }
}

/* ---- The whole ---- */

static void read_student(struct reader *r, const struct yaml_node *node, struct mark root)
{
    char why[UNIT_WHY_SIZE];

    r->s->student = "";
    r->s->student_mark = node != NULL ? node->mark : root;
    if (node == NULL || node->kind != YAML_SCALAR || node->len == 0)
        return;
    r->s->student = text_of(r, node, root, &FILE_KEYS[3], VARIANT_STUDENT_MAX);
    if (r->s->student[0] != '\0' && !variant_student_is_good(r->s->student, why, sizeof(why)))
        lab_error(&r->base, node->mark, "%s", why);
}

static void read_variant(struct reader *r, const struct yaml_node *node, struct mark root)
{
    const struct yaml_node *list = list_of(r, node, &FILE_KEYS[4], SUBMISSION_OVERRIDES_MAX);
    struct submission *s = r->s;

    s->variant_mark = node != NULL ? node->mark : root;
    if (list == NULL)
        return;
    s->overrides = lab_memory_take(r->base.memory, list->count, sizeof(*s->overrides));
    for (const struct yaml_node *at = list->first; at != NULL; at = at->next)
        s->overrides[s->override_count++] =
            text_of(r, at, at->mark, &FILE_KEYS[4], SUBMISSION_OVERRIDE_MAX);
}

static void read_root(struct reader *r, const struct yaml_node *root)
{
    struct submission *s = r->s;
    struct draft draft = { .rung = NULL };
    const char *format;

    format = root->kind == YAML_MAP ? "" : NULL;
    if (format != NULL && yaml_map_get(root, "rung") != NULL)
        format = yaml_map_get(root, "rung")->text;
    if (format == NULL || strcmp(format, FORMAT_NAME) != 0) {
        lab_error(&r->base, root->mark, _("no submission: one begins with rung: %s"), FORMAT_NAME);
        return;
    }
    lab_read_map(&r->base, root, "submission", &FILE_GROUP, &draft);
    s->lab = text_of(r, draft.lab, root->mark, &FILE_KEYS[1], SUBMISSION_NAME_MAX);
    s->lab_hash = hash_of(r, draft.lab_hash, root->mark, &FILE_KEYS[2], &s->lab_hash_mark);
    read_student(r, draft.student, root->mark);
    read_variant(r, draft.variant, root->mark);
    s->run = hash_of(r, draft.run, root->mark, &FILE_KEYS[5], &s->run_mark);
    read_answers(r, draft.answers);
    read_tasks(r, draft.tasks);
}

struct submission *submission_parse(const char *text, size_t len, const char *name,
                                    struct diagnostics *d)
{
    struct lab_memory *memory = lab_memory_new();
    struct submission *s = lab_memory_take(memory, 1, sizeof(*s));
    struct reader r = { .base = { .memory = memory, .d = d }, .s = s };
    size_t before = d->total;
    struct yaml_node *root = NULL;

    s->memory = memory;
    source_init(&s->source, name, lab_memory_text(memory, text, len), len);
    if (len > SUBMISSION_BYTES_MAX)
        diagnostic_name_error(d, name, _("a submission has at most %d bytes"),
                              SUBMISSION_BYTES_MAX);
    else
        root = yaml_tree_parse(&s->source, memory, d);
    if (root != NULL)
        read_root(&r, root);
    else if (d->total == before)
        diagnostic_name_error(d, name, _("empty: no submission"));
    if (d->total == before)
        return s;
    submission_free(s);
    return NULL;
}

/* Up to one byte more than a submission may have; -1, with errno, if not. */
static ssize_t read_plain_file(int fd, char *text)
{
    struct stat info;
    size_t len = 0;
    ssize_t got = 1;

    if (fd < 0 || fstat(fd, &info) != 0)
        return -1;
    if (!S_ISREG(info.st_mode)) {
        errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
        return -1;
    }
    while (got > 0 && len <= SUBMISSION_BYTES_MAX) {
        got = read(fd, text + len, SUBMISSION_BYTES_MAX + 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    return got < 0 ? -1 : (ssize_t)len;
}

struct submission *submission_load(const char *path, struct diagnostics *d)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe must not stall us */
    char *text = malloc(SUBMISSION_BYTES_MAX + 1);
    ssize_t len = text != NULL ? read_plain_file(fd, text) : -1;
    struct submission *s = NULL;

    if (len < 0) {
        d->unreadable = true;
        diagnostic_name_error(d, path, _("cannot be read: %s"),
                              errno == EINVAL ? _("it is no plain file") : strerror(errno));
    } else {
        s = submission_parse(text, (size_t)len, path, d);
    }
    free(text);
    if (fd >= 0)
        close(fd);
    return s;
}

void submission_free(struct submission *s)
{
    if (s == NULL)
        return;
    source_free(&s->source);
    lab_memory_free(s->memory);
}
