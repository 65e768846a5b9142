/*
 * pane_packet.c - the frame under the cursor: its headers field by field, and
 * the bytes that they are; a page more shows its checksums being computed.
 *
 *   IPv4, 20 bytes                          0000  02 00 00 00 00 02 02 00
 *    [Time to Live            64]           0008  00 00 00 01 08 00[45 00]
 *       each router takes one away ...
 */
#include <inttypes.h>
#include <stdio.h>

#include "layers/wire/item.h"
#include "layers/wire/name.h"
#include "layers/wire/summary.h"
#include "tools/lib/run_field.h"
#include "tools/lib/run_message.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/text.h"
#include "tools/timeline/checksum_sheet.h"
#include "tools/timeline/packet_words.h"
#include "tools/timeline/pane.h"

enum {
    LABEL_WIDTH = 24,
    HEX_BYTES = 16,
    HEX_WIDTH = 6 + 3 * HEX_BYTES + 1 + HEX_BYTES,
    SIDE_BY_SIDE = 108,
    VALUE_SIZE = 96,
    PAGE_TREE = 0,
    PAGE_CHECKSUM = 1
};

/* Bits of the frame that the selected item stands for. */
struct place {
    size_t bit, bits;
};

struct tree {
    const struct moment *moment;
    const struct dissection *d;
    struct packet_bases bases;
    struct sheet *sheet;
    struct place selected;
    int width, y;
};

static const char *layer_title(enum layer_kind kind)
{
    switch (kind) {
    case LAYER_ETHERNET: return _("Ethernet II");
    case LAYER_VLAN: return _("802.1Q tag");
    case LAYER_ARP: return _("ARP");
    case LAYER_IPV4: return _("IPv4");
    case LAYER_ICMP: return _("ICMP");
    case LAYER_UDP: return _("UDP");
    case LAYER_TCP: return _("TCP");
    case LAYER_SNAP: return _("LLC and SNAP");
    case LAYER_IPV6: return _("IPv6");
    case LAYER_IPV6_EXTENSION: return _("IPv6 extension header");
    case LAYER_ICMPV6: return _("ICMPv6");
    case LAYER_DNS: return _("DNS");
    case LAYER_DHCP: return _("DHCP");
    case LAYER_HTTP: return _("HTTP");
    case LAYER_TLS: return _("TLS");
    case LAYER_DATA: break;
    }
    return _("Data");
}

/* An item of the tree; the selected one remembers its bits. */
static bool item(struct tree *tree, int x, struct place place)
{
    int number = tree->sheet->item_count;

    /* The bytes follow the selection also while another pane has the keys. */
    if (number == tree->sheet->selected)
        tree->selected = place;
    return sheet_item(tree->sheet, x, tree->y, tree->width - x, (int64_t)place.bit) ||
           number == tree->sheet->selected;
}

static void explain(struct tree *tree, const struct field *field)
{
    const char *origin = packet_origin(field);
    char line[400];

    tree->y = sheet_wrap(tree->sheet, 4, tree->y, MEANING_WHY, field->help);
    if (origin[0] == '\0')
        return;
    snprintf(line, sizeof(line), _("from: %s"), origin);
    tree->y = sheet_wrap(tree->sheet, 4, tree->y, MEANING_DETAIL, line);
}

static void write_field(struct tree *tree, const struct layer *layer, const struct field *field)
{
    struct span header = { tree->d->bytes.at + layer->offset, layer->header_len };
    struct place place = { layer->offset * 8 + field->bit, field->bits };
    char text[VALUE_SIZE];
    uint64_t value;
    bool selected;

    if (!run_field_applies(layer, field) || !field_read(field, header, &value))
        return;
    packet_value(field, value, layer->quoted ? NULL : &tree->bases, text, sizeof(text));
    selected = item(tree, 2, place);
    sheet_text(tree->sheet, 2, tree->y, MEANING_LABEL, field->label);
    sheet_text(tree->sheet, LABEL_WIDTH + 2, tree->y++, MEANING_VALUE, text);
    if (!selected)
        return;
    explain(tree, field);
    sheet_item_ends(tree->sheet, tree->y);
}

/* "mss=1000": what one option of TCP says. */
static void write_option(struct tree *tree, const struct tcp_option *option)
{
    size_t at = (size_t)(option->data.at - tree->d->bytes.at), lead = 2;
    const char *name = tcp_option_name(option->kind);
    char text[VALUE_SIZE];
    struct place place;

    place = (struct place){ (at - lead) * 8, (option->data.len + lead) * 8 };
    item(tree, 2, place);
    summary_format_option(option, text, sizeof(text));
    sheet_say(tree->sheet, 2, tree->y, MEANING_LABEL, _("Option %u"), option->kind);
    sheet_say(tree->sheet, LABEL_WIDTH + 2, tree->y++, MEANING_VALUE, "%s%s%s",
              name != NULL ? name : _("unknown"), text[0] != '\0' ? ":" : "", text);
}

static void write_options(struct tree *tree, const struct layer *layer)
{
    const size_t fixed = 20;
    struct tcp_option_reader reader;
    struct tcp_option option;

    if (layer->kind != LAYER_TCP || layer->header_len <= fixed)
        return;
    tcp_option_begin(&reader, (struct span){ tree->d->bytes.at + layer->offset + fixed,
                                             layer->header_len - fixed });
    while (tcp_option_next(&reader, &option))
        if (option.kind != TCP_OPTION_NOP)
            write_option(tree, &option);
}

/* What stands in no table of fields: a record of DNS, an option of DHCP. */
static bool write_item(void *context, const struct item *shown)
{
    struct tree *tree = context;
    size_t at = (size_t)(shown->bytes.at - tree->d->bytes.at);
    struct place place = { at * 8, shown->bytes.len * 8 };
    bool selected = item(tree, 2, place);

    sheet_text(tree->sheet, 2, tree->y, MEANING_LABEL, _(shown->label));
    tree->y = sheet_wrap(tree->sheet, LABEL_WIDTH + 2, tree->y, MEANING_VALUE, shown->text);
    if (selected && shown->help != NULL)
        tree->y = sheet_wrap(tree->sheet, 4, tree->y, MEANING_WHY, _(shown->help));
    sheet_item_ends(tree->sheet, tree->y);
    return tree->y < SHEET_ROWS_MAX - HEX_BYTES;
}

static void write_layer(struct tree *tree, const struct layer *layer)
{
    struct run_fields fields = run_fields_of(layer->kind);
    size_t len = layer->kind == LAYER_DATA ? layer->payload.len : layer->header_len;
    struct place place = { layer->offset * 8, len * 8 };

    item(tree, 0, place);
    sheet_say(tree->sheet, 0, tree->y, MEANING_TITLE,
              layer->quoted ? _("%s, %zu bytes, quoted by the error") : _("%s, %zu bytes"),
              layer->kind == LAYER_HTTP ? start_line_protocol(&layer->as.line)
                                        : layer_title(layer->kind),
              len);
    tree->y++;
    if (layer->refused != RULE_NONE) {
        char why[VALUE_SIZE * 2];

        rule_sentence(layer->refused, 0, 0, why, sizeof(why));
        tree->y = sheet_wrap(tree->sheet, 2, tree->y, MEANING_LOST, why);
    }
    for (size_t i = 0; i < fields.count; i++)
        write_field(tree, layer, &fields.at[i]);
    write_options(tree, layer);
    item_each(tree->d, layer, write_item, tree);
}

static bool is_selected(const struct tree *tree, size_t byte)
{
    return byte * 8 + 8 > tree->selected.bit && byte * 8 < tree->selected.bit + tree->selected.bits;
}

static void write_byte(struct tree *tree, int hex, int sign, int y, size_t i)
{
    bool selected = is_selected(tree, i);
    uint8_t byte = tree->d->bytes.at[i];

    sheet_say(tree->sheet, hex, y, selected ? MEANING_CHANGED : MEANING_PLAIN, "%02x", byte);
    sheet_say(tree->sheet, sign, y, selected ? MEANING_CHANGED : MEANING_DETAIL, "%c",
              byte >= 0x20 && byte < 0x7f ? byte : '.');
    if (selected)
        canvas_emphasise(&tree->sheet->canvas, hex, y, 2, EMPHASIS_MARKED);
}

/* Rows of bytes from (X, Y) on, those of the selected item marked. */
static void write_hex(struct tree *tree, int x, int y)
{
    struct span bytes = tree->d->bytes;
    size_t in_row = tree->sheet->width - x < HEX_WIDTH ? HEX_BYTES / 2 : HEX_BYTES;

    for (size_t at = 0; at < bytes.len && y < SHEET_ROWS_MAX; at += in_row, y++) {
        sheet_say(tree->sheet, x, y, MEANING_DETAIL, "%04zx", at);
        for (size_t i = at; i < at + in_row && i < bytes.len; i++)
            write_byte(tree, x + 6 + 3 * (int)(i - at), x + 7 + 3 * (int)in_row + (int)(i - at), y,
                       i);
    }
}

static void write_tree(const struct moment *moment, const struct dissection *d, struct sheet *sheet)
{
    struct tree tree = { .moment = moment, .d = d, .sheet = sheet, .width = sheet->width };
    bool wide = sheet->width >= SIDE_BY_SIDE;
    int start;

    if (wide)
        tree.width = sheet->width - HEX_WIDTH - 2;
    packet_bases(moment, d, &tree.bases);
    tree.y = sheet->rows;
    start = tree.y;
    for (size_t i = 0; i < d->count; i++)
        write_layer(&tree, &d->layers[i]);
    if (d->padding_len > 0)
        sheet_say(sheet, 0, tree.y++, MEANING_TITLE, _("Padding, %zu bytes"), d->padding_len);
    if (wide)
        write_hex(&tree, tree.width + 2, start);
    else
        write_hex(&tree, 0, tree.y + 1);
}

/* What the wire did to the frame's bytes, said for its sending as for its arrival. */
static int write_damage(const struct moment *moment, struct sheet *sheet, int y)
{
    const struct trace *trace = moment->view->trace;
    const struct trace_frame *frame;

    if (moment->frame == 0)
        return y;
    frame = trace_frame(trace, moment->frame);
    for (uint32_t i = frame->record + 1; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);
        struct run_damage damage = run_fate_damage(moment->view, &record);
        char words[VALUE_SIZE * 2], line[VALUE_SIZE * 3];

        if (record.event != frame->event || record.frame != moment->frame)
            break;
        if (record.kind != RECORD_FATE || damage.field == NULL)
            continue;
        rule_sentence(record.rule, record.a, record.b, words, sizeof(words));
        snprintf(line, sizeof(line), _("damaged on its way: %s (%s)"), words, damage.field);
        y = sheet_wrap(sheet, 0, y, MEANING_FATE, line);
    }
    return y;
}

/* What a capture has it under, and how much of it. */
static void write_source(const struct moment *moment, struct sheet *sheet, int x)
{
    const struct capture_run *capture = moment->view->capture;
    const struct trace_frame *frame = trace_frame(moment->view->trace, moment->frame);
    uint64_t number = capture_run_file_number(capture, moment->frame);
    struct capture_thread thread;
    struct capture_since since;
    char words[THREAD_LINE_SIZE];

    if (number != moment->frame)
        x += sheet_say(sheet, x, 0, MEANING_DETAIL, _(", %" PRIu64 " in the file"), number);
    capture_run_thread(capture, moment->frame, &thread);
    capture_thread_format(&thread, false, words, sizeof(words));
    x += sheet_text(sheet, x, 0, MEANING_DETAIL, words);
    capture_run_since(capture, moment->frame, &since);
    capture_since_format(&since, false, words, sizeof(words));
    x += sheet_text(sheet, x, 0, MEANING_DETAIL, words);
    if (frame->missing > 0)
        x += sheet_say(sheet, x, 0, MEANING_DETAIL, _(", %" PRIu32 " captured"), frame->len);
    if (capture_run_header_made_up(capture, moment->frame))
        sheet_text(sheet, x, 0, MEANING_LOST, _(", Ethernet header made up"));
}

static void write_title(const struct moment *moment, size_t wire_len, struct sheet *sheet)
{
    struct record record = { .kind = RECORD_KINDS };
    int x;

    if (moment->record != MOMENT_BEFORE)
        record = trace_read(moment->view->trace, moment->record);
    if (record.kind == RECORD_LOST && record.frame == 0)
        x = sheet_say(sheet, 0, 0, MEANING_NUMBER, _("a frame that no wire took, %zu bytes"),
                      wire_len);
    else
        x = sheet_say(sheet, 0, 0, MEANING_NUMBER,
                      packet_has_arrived(&record) ? _("frame %" PRIu32 " as it arrived, %zu bytes")
                                                  : _("frame %" PRIu32 ", %zu bytes"),
                      moment->frame, wire_len);
    if (moment->view->capture != NULL)
        write_source(moment, sheet, x);
}

void pane_packet_write(const struct moment *moment, const struct pane_state *state,
                       struct sheet *sheet)
{
    uint8_t room[RUN_FRAME_MAX];
    struct dissection d;
    struct span bytes;
    size_t wire_len;

    bytes = packet_shown(moment, room, &wire_len);
    if (bytes.len == 0) {
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN, _("no frame has been sent yet"));
        return;
    }
    dissect(&d, bytes, wire_len, LAYER_ETHERNET);
    write_title(moment, wire_len, sheet);
    write_damage(moment, sheet, 1);
    if (state->mode == PAGE_CHECKSUM)
        checksum_sheet_write(&d, (unsigned)state->place, sheet, sheet->rows);
    else
        write_tree(moment, &d, sheet);
}

bool pane_packet_key(const struct moment *moment, struct pane_state *state, int key)
{
    (void)moment;
    if (key == 'k') {
        state->mode = state->mode == PAGE_CHECKSUM ? PAGE_TREE : PAGE_CHECKSUM;
        state->top = state->item = 0;
        return true;
    }
    if (key == '\n' && state->mode == PAGE_CHECKSUM) {
        state->place++; /* the next of its checksums */
        state->top = 0;
        return true;
    }
    return false;
}
