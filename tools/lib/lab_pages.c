#include "tools/lib/lab_reader.h"

#include "tools/lib/text.h"

static const struct lab_key PAGE_KEYS[] = {
    { "page", "intro", "its name", NULL, 0 },
    { "at", "start", "shown when this has happened; or before: or after: a moment", NULL, 0 },
    { "before", "{ frame: \"arp\" }", "shown just before this happens", NULL, 0 },
    { "after", "{ state: a ESTABLISHED }", "shown when this has happened", NULL, 0 },
    { "text", "| (and text, indented)", "short Markdown; {EXPRESSION} is a value of the run", NULL,
      0 },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_page_keys = {
    "page", "an entry of pages:", PAGE_KEYS, false, NULL, 0
};

static const char *page_name(const struct lab *lab, size_t index)
{
    return index < lab->page_count ? lab->pages[index].name : NULL;
}

static void read_page(struct lab_reader *r, const struct yaml_node *entry, struct lab_page *page)
{
    const char *text;

    *page = (struct lab_page){ .name = "", .mark = entry->mark, .text = "" };
    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark,
                  _("a page needs a map: write - { page: intro, at: start, "
                    "text: ... }"));
        return;
    }
    lab_read_map(r, entry, "page", &lab_page_keys, page);
    lab_read_gate(r, entry, "page", &page->gate);
    text = lab_read_needed(r, entry, "text", "| (and text, indented)");
    page->text = text != NULL ? text : "";
    lab_check_page_texts(r, entry, &page->gate);
    page->name = lab_read_title(r, entry, "page", page_name);
}

void lab_read_pages(struct lab_reader *r)
{
    const struct yaml_node *list =
        lab_list_of(r, r->pages, "pages", "[{ page: intro, at: start, text: ... }]", LAB_PAGES_MAX);
    struct lab *lab = r->lab;

    if (list == NULL)
        return;
    lab->pages = lab_memory_take(r->memory, list->count, sizeof *lab->pages);
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next) {
        read_page(r, entry, &lab->pages[lab->page_count]);
        lab->page_count++;
    }
}
