/*
 * What is read of a command, and what is said of a wrong one. What commands
 * do is in test_command_run.c.
 */
#include "layers/app/tcp_talk.h"
#include "layers/command.h"

#include <string.h>

#include "layers/host_config.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const char *const names[] = { "server", "b", "r1.lan" };

static enum command_name address_of(void *ctx, const char *name, ipv4 *address)
{
    (void)ctx;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *address = 0x0a000001 + (ipv4)i;
            return COMMAND_NAME_KNOWN;
        }
    }
    return strcmp(name, "bare") == 0 ? COMMAND_NAME_WITHOUT_ADDRESS : COMMAND_NAME_UNKNOWN;
}

static const char *name_at(void *ctx, size_t index)
{
    (void)ctx;
    return index < ARRAY_LEN(names) ? names[index] : NULL;
}

static bool end_of(void *ctx, const char *name, unsigned *end)
{
    (void)ctx;
    *end = strcmp(name, "b") == 0;
    return strcmp(name, "b") == 0 || strcmp(name, "a") == 0;
}

static bool parse(const char *text, enum command_target target, struct command *out,
                  struct command_error *error)
{
    struct command_scope scope = { target, NULL, address_of, name_at, end_of };

    return command_parse(text, &scope, out, error);
}

/* TEXT, which must be right. */
static struct command read(const char *text, enum command_target target)
{
    struct command_error error;
    struct command command;

    if (!EXPECT_ROW(text, parse(text, target, &command, &error)))
        EXPECT_STR_ROW(text, error.message, "");
    return command;
}

static const char *name_of(const struct command *command)
{
    return command_at(command->entry)->name;
}

/* ---- The table ---- */

static void test_each_example_is_understood_where_it_belongs(void)
{
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const struct command_help *help = command_at(i);

        EXPECT_ROW(help->name, help->targets != 0);
        for (unsigned target = 0; target < COMMAND_TARGETS; target++) {
            struct command_error error;
            struct command command;
            bool right = parse(help->example, (enum command_target)target, &command, &error);

            EXPECT_EQ_ROW(help->example, right, help->targets >> target & 1);
            if (right)
                EXPECT_STR_ROW(help->example, name_of(&command), help->name);
        }
    }
}

static void test_each_help_is_one_line_in_lower_case(void)
{
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const struct command_help *help = command_at(i);
        size_t len = strlen(help->help);

        EXPECT_ROW(help->name, len > 0 && len < 100 && strchr(help->help, '\n') == NULL);
        EXPECT_ROW(help->name, help->help[len - 1] != '.');
        EXPECT_ROW(help->name, strstr(help->syntax, help->name) != NULL);
    }
    EXPECT_STR(command_target_name(COMMAND_ON_SWITCH), "switches");
}

/* ---- What is read ---- */

static void test_ping_reads_its_options_in_any_order(void)
{
    struct command c = read("ping b df ttl 3 every 20ms size 1kB count 7", COMMAND_ON_HOST);

    EXPECT_STR(name_of(&c), "ping");
    EXPECT_EQ(c.address, 0x0a000002);
    EXPECT_EQ(c.count, 7);
    EXPECT_EQ(c.size, 1000);
    EXPECT_EQ(c.interval, 20 * MS);
    EXPECT_EQ(c.ttl, 3);
    EXPECT(c.dont_fragment);
}

static void test_ping_alone_has_defaults(void)
{
    struct command c = read("ping 192.0.2.7", COMMAND_ON_ROUTER);

    EXPECT_EQ(c.address, 0xc0000207);
    EXPECT_EQ(c.count, 1);
    EXPECT_EQ(c.size, 56);
    EXPECT_EQ(c.interval, 1 * SECONDS);
    EXPECT_EQ(c.ttl, 0);
    EXPECT(!c.dont_fragment);
}

static void test_udp_send_reads_size_or_text(void)
{
    struct command c = read("udp send server:9 8KiB count 3 every 1s from 5000", COMMAND_ON_HOST);

    EXPECT_STR(name_of(&c), "udp send");
    EXPECT_EQ(c.address, 0x0a000001);
    EXPECT_EQ(c.port, 9);
    EXPECT_EQ(c.size, 8192);
    EXPECT_EQ(c.count, 3);
    EXPECT_EQ(c.interval, 1 * SECONDS);
    EXPECT_EQ(c.from, 5000);
    EXPECT(!c.is_text);
    c = read("\tudp send  r1.lan:53 \"a \\\"b\\\" \\\\ \\n count 3\"  count 2 ", COMMAND_ON_HOST);
    EXPECT(c.is_text);
    EXPECT_EQ(c.text_len, 17);
    EXPECT_BYTES(c.text, "a \"b\" \\ \n count 3", 17);
    EXPECT_EQ(c.count, 2);
    EXPECT_EQ(c.address, 0x0a000003);
    c = read("udp send b:9 0B", COMMAND_ON_HOST);
    EXPECT_EQ(c.size, 0);
    c = read("udp send b:9 \"\"", COMMAND_ON_HOST);
    EXPECT(c.is_text && c.text_len == 0);
    c = read("udp send 255.255.255.255:67 65507B", COMMAND_ON_HOST);
    EXPECT_EQ(c.address, IPV4_BROADCAST);
}

static void test_read_has_four_forms(void)
{
    struct command on = read("read on", COMMAND_ON_HOST);
    struct command off = read("on 9 read off", COMMAND_ON_HOST);
    struct command one = read("read one", COMMAND_ON_HOST);
    struct command message = read("on 9 read 1 message", COMMAND_ON_HOST);
    struct command bytes = read("on b:80 read 4kB", COMMAND_ON_HOST);

    EXPECT_EQ(on.on_port, 0);
    EXPECT_EQ(off.on_port, 9);
    EXPECT(on.values[0] != off.values[0] && one.values[0] != on.values[0]);
    EXPECT_EQ(one.values[0], message.values[0]);
    EXPECT_EQ(bytes.size, 4000);
    EXPECT_EQ(bytes.on_port, 80);
    EXPECT_EQ(bytes.on_address, 0x0a000002);
}

static void test_set_finds_every_setting_of_a_host(void)
{
    struct command c = read("set udp.queue 3", COMMAND_ON_HOST);

    EXPECT_EQ(c.setting, offsetof(struct host_config, udp.queue));
    EXPECT_EQ(c.values[0], 3);
    c = read("set arp.timeout 5s", COMMAND_ON_ROUTER);
    EXPECT_EQ(c.setting, offsetof(struct host_config, arp.timeout));
    EXPECT_EQ(c.values[0], 5 * SECONDS);
    c = read("set udp.checksum off", COMMAND_ON_HOST);
    EXPECT_EQ(c.values[0], 0);
}

static void test_tcp_commands_are_read_in_full(void)
{
    struct command c = read("listen 80 backlog 5", COMMAND_ON_HOST);

    EXPECT_EQ(c.port, 80);
    EXPECT_EQ(c.size, 5);
    c = read("connect b:80 from 1234", COMMAND_ON_HOST);
    EXPECT_EQ(c.from, 1234);
    c = read("on 49152 send 1kB count 2 every 5ms", COMMAND_ON_HOST);
    EXPECT_EQ(c.on_port, 49152);
    EXPECT_EQ(c.size, 1000);
    c = read("send \"GET /\"", COMMAND_ON_HOST);
    EXPECT_EQ(c.text_len, 5);
    c = read("listen 80 as reply 1kB", COMMAND_ON_HOST);
    EXPECT_EQ(c.role, TCP_ROLE_REPLY);
    EXPECT_EQ(c.values[1], 1000);
    c = read("connect b:80 as echo from 99", COMMAND_ON_HOST);
    EXPECT_EQ(c.role, TCP_ROLE_ECHO);
    EXPECT_EQ(c.from, 99);
    c = read("send \"x\" framed", COMMAND_ON_HOST);
    EXPECT(c.framed && !c.urgent);
    c = read("send 1B urgent", COMMAND_ON_HOST);
    EXPECT(c.urgent && !c.framed && !c.more);
    c = read("send 1B more", COMMAND_ON_HOST);
    EXPECT(c.more && !c.urgent);
    c = read("request 10B reply 2kB count 3", COMMAND_ON_HOST);
    EXPECT_EQ(c.size, 10);
    EXPECT_EQ(c.values[1], 2000);
    EXPECT_EQ(c.count, 3);
    read("on 80 accept", COMMAND_ON_HOST);
    read("on b:80 close", COMMAND_ON_HOST);
    read("shutdown", COMMAND_ON_HOST);
    read("abort", COMMAND_ON_HOST);
}

static void test_link_settings_have_their_units(void)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        { "set loss 5%", 50000 },         { "set delay 20ms", 20 * MS },
        { "set rate 10Mbit", 10000000 },  { "set queue 5 packets", 5 },
        { "set queue 1 packet", 1 },      { "set mtu 1000", 1000 },
        { "set mtu 1kB", 1000 },          { "set jitter 100us", 100 * US },
        { "set duplicate 0.01%", 100 },   { "set corrupt 100%", 1000000 },
        { "set ecn on", 1 },              { "set fcs off", 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct command c = read(rows[i].text, COMMAND_ON_LINK);

        EXPECT_EQ_ROW(rows[i].text, c.values[0], rows[i].value);
        EXPECT_EQ_ROW(rows[i].text, c.toward, COMMAND_BOTH_WAYS);
    }
}

static void test_burst_loss_and_reorder_have_parts(void)
{
    struct command c = read("set burst-loss leave 30% enter 1%", COMMAND_ON_LINK);

    EXPECT_EQ(c.values[0], 10000);
    EXPECT_EQ(c.values[1], 300000);
    EXPECT_EQ(c.values[2], 1000000);
    c = read("set burst-loss enter 1% leave 30% loss 50% toward a", COMMAND_ON_LINK);
    EXPECT_EQ(c.values[2], 500000);
    c = read("set burst-loss off", COMMAND_ON_LINK);
    EXPECT_EQ(c.values[0], 0);
    c = read("set reorder 5% by 20ms", COMMAND_ON_LINK);
    EXPECT_EQ(c.values[0], 50000);
    EXPECT_EQ(c.values[1], 20 * MS);
    c = read("set reorder 5%", COMMAND_ON_LINK);
    EXPECT_EQ(c.values[1], -1);
}

static void test_toward_means_what_the_other_end_sends(void)
{
    struct command c = read("set loss 5% toward b", COMMAND_ON_LINK);

    EXPECT_EQ(c.toward, 0); /* b is end 1: from end 0 */
    c = read("set queue 5 packets toward a", COMMAND_ON_LINK);
    EXPECT_EQ(c.toward, 1);
}

/* ---- What is refused ---- */

struct refused {
    const char *text;
    enum command_target target;
    size_t column;
    const char *message;
};

static const struct refused refused[] = {
    { "", COMMAND_ON_HOST, 0, "a command is missing" },
    { "  \t ", COMMAND_ON_HOST, 0, "a command is missing" },
    { "pign b", COMMAND_ON_HOST, 0, "unknown command \"pign\", did you mean \"ping\"?" },
    { "frobnicate", COMMAND_ON_LINK, 0,
      "unknown command \"frobnicate\": rung help commands lists those for links" },
    { "flush", COMMAND_ON_HOST, 0, "\"flush\" is not a command for hosts" },
    { "ping b", COMMAND_ON_SWITCH, 0, "\"ping\" is not a command for switches" },
    { "down", COMMAND_ON_HUB, 0, "\"down\" is not a command for hubs" },
    { "udp", COMMAND_ON_HOST, 3, "udp what? write one of bind, echo, send, close" },
    { " udp sned b:9 1B", COMMAND_ON_HOST, 5, "udp \"sned\" is not known, did you mean \"send\"?" },
    { "udp flood 9", COMMAND_ON_HOST, 4,
      "udp \"flood\" is not known: write one of bind, echo, send, close" },
    { "set lsos 5%", COMMAND_ON_LINK, 4, "set \"lsos\" is not known, did you mean \"loss\"?" },
    { "ping", COMMAND_ON_HOST, 4,
      "a host is missing: write ping HOST [count N] [size SIZE] [every T] [ttl N] [df]" },
    { "ping sevrer", COMMAND_ON_HOST, 5,
      "no host is called \"sevrer\", did you mean \"server\"?" },
    { "ping 10.0.0.256", COMMAND_ON_HOST, 5,
      "\"10.0.0.256\" is neither a host nor an address such as 10.0.0.2" },
    { "ping b every 20", COMMAND_ON_HOST, 13, "20 what? write 20ms" },
    { "ping b size 100", COMMAND_ON_HOST, 12, "100 what? write 100B" },
    { "ping b size 70kB", COMMAND_ON_HOST, 12,
      "70kB does not fit into one datagram: write at most 65507B" },
    { "ping b cuont 3", COMMAND_ON_HOST, 7,
      "\"cuont\" is not an option of ping, did you mean \"count\"?" },
    { "ping b from 3", COMMAND_ON_HOST, 7,
      "\"from\" is too much: write ping HOST [count N] [size SIZE] [every T] [ttl N] [df]" },
    { "ping b count 3 count 4", COMMAND_ON_HOST, 15, "\"count\" is given twice" },
    { "ping b count 0", COMMAND_ON_HOST, 13,
      "count: 0 is out of range: write a number from 1 to 1000000" },
    { "ping b ttl 256", COMMAND_ON_HOST, 11,
      "ttl: 256 is out of range: write a number from 1 to 255" },
    { "ping b count", COMMAND_ON_HOST, 12,
      "count is missing: write ping HOST [count N] [size SIZE] [every T] [ttl N] [df]" },
    { "ping \"b\"", COMMAND_ON_HOST, 5,
      "a text is too much here: write ping HOST [count N] [size SIZE] [every T] [ttl N] [df]" },
    { "traceroute b probes 11", COMMAND_ON_HOST, 20,
      "probes: 11 is out of range: write a number from 1 to 10" },
    { "udp bind 65536", COMMAND_ON_HOST, 9,
      "port: 65536 is out of range: write a number from 1 to 65535" },
    { "udp bind nine", COMMAND_ON_HOST, 9,
      "port: \"nine\" is not a whole number: write one from 1 to 65535" },
    { "udp send b 1B", COMMAND_ON_HOST, 9,
      "\"b\" is not a host and a port: write HOST:PORT, such as b:9" },
    { "udp send b:0 1B", COMMAND_ON_HOST, 11,
      "port: 0 is out of range: write a number from 1 to 65535" },
    { "udp send b: 1B", COMMAND_ON_HOST, 9,
      "\"b:\" is not a host and a port: write HOST:PORT, such as b:9" },
    { "udp send c:9 1B", COMMAND_ON_HOST, 9,
      "\"c\" is neither a host nor an address such as 10.0.0.2" },
    { "udp send b:9 65508B", COMMAND_ON_HOST, 13,
      "65508B does not fit into one datagram: write at most 65507B" },
    { "udp send b:9", COMMAND_ON_HOST, 12,
      "a size or a \"text\" is missing: write udp send HOST:PORT SIZE|\"text\" [count N] "
      "[every T] [from PORT]" },
    { "udp send b:9 \"abc", COMMAND_ON_HOST, 13, "the text has no end: write \" behind it" },
    { "udp send b:9 \"a\\x\"", COMMAND_ON_HOST, 15,
      "\"\\\" must stand before n, r, t, \" or \\" },
    { "udp send b:9 \"a\"b", COMMAND_ON_HOST, 16, "a blank is missing behind the text" },
    { "udp send b:9 \"a\" \"b\"", COMMAND_ON_HOST, 17,
      "a second text: a command takes only one" },
    { "read", COMMAND_ON_HOST, 4, "read what? write read on, off, one or a size" },
    { "on 9 ping b", COMMAND_ON_HOST, 0,
      "ping is not a command for one socket: leave out \"on 9\"" },
    { "on 9", COMMAND_ON_HOST, 4,
      "on what? write on PORT COMMAND, such as on 9 read off" },
    { "set upd.queue 3", COMMAND_ON_HOST, 4,
      "\"upd.queue\" is not a setting: write SECTION.KEY with a section of arp, ip, icmp, udp, "
      "tcp" },
    { "set udp", COMMAND_ON_HOST, 7, "udp what? write set udp.KEY VALUE" },
    { "set udp.quue 3", COMMAND_ON_HOST, 8,
      "udp has no setting \"quue\", did you mean \"queue\"?" },
    { "set udp.queue 0", COMMAND_ON_HOST, 14,
      "0 is out of range: write a number from 1 to 10000" },
    { "set arp.timeout 5", COMMAND_ON_HOST, 16, "5 what? write 5ms" },
    { "set udp.checksum maybe", COMMAND_ON_HOST, 17,
      "\"maybe\" is not a switch: write on or off" },
    { "set udp.queue", COMMAND_ON_HOST, 13, "a value is missing: write set SECTION.KEY VALUE" },
    { "down now", COMMAND_ON_LINK, 5, "\"now\" is too much: write down" },
    { "set loss 5", COMMAND_ON_LINK, 9, "5 what? write 5%" },
    { "set loss 5% toward c", COMMAND_ON_LINK, 19, "\"c\" is at neither end of this link" },
    { "set queue 5", COMMAND_ON_LINK, 10, "5 what? write 5 packets" },
    { "set mtu 20", COMMAND_ON_LINK, 8, "mtu: write a number of bytes from 68 to 65535" },
    { "set mtu 10B", COMMAND_ON_LINK, 8, "10B is out of range: write 68 to 65535" },
    { "set burst-loss enter 1%", COMMAND_ON_LINK, 23,
      "burst-loss needs both enter and leave: write set burst-loss enter 1% leave 30%" },
    { "set burst-loss 5%", COMMAND_ON_LINK, 15,
      "\"5%\" cannot stand here: write set burst-loss off | enter N% leave N% [loss N%] "
      "[toward NODE]" },
    { "ping\001b", COMMAND_ON_HOST, 4,
      "a control character in a command: write \\n or \\t in a text, or leave it out" },
    { "ping bare", COMMAND_ON_HOST, 5,
      "\"bare\" has no address: write the name of one that has, or give it one" },
    { "udp send bare:9 1B", COMMAND_ON_HOST, 9,
      "\"bare\" has no address: write the name of one that has, or give it one" },
};

static void test_mistakes_are_named_with_their_column(void)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        const struct refused *row = &refused[i];
        struct command_error error;
        struct command command;

        EXPECT_ROW(row->text, !parse(row->text, row->target, &command, &error));
        EXPECT_STR_ROW(row->text, error.message, row->message);
        EXPECT_EQ_ROW(row->text, error.column, row->column);
    }
}

static void test_too_long_a_command_is_refused(void)
{
    char text[COMMAND_LENGTH_MAX + 2];
    struct command_error error;
    struct command command;

    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    EXPECT(!parse(text, COMMAND_ON_HOST, &command, &error));
    EXPECT_STR(error.message, "a command is at most 500 bytes long");
    text[100] = '\0';
    EXPECT(!parse(text, COMMAND_ON_HOST, &command, &error));
    EXPECT_STR(error.message, "a word of 100 letters is too long");
    for (size_t i = 0; i < 100; i += 2)
        text[i] = ' ';
    EXPECT(!parse(text, COMMAND_ON_HOST, &command, &error));
    EXPECT_STR(error.message, "too many words for one command");
}

static void test_text_has_a_limit(void)
{
    char text[COMMAND_LENGTH_MAX] = "udp send b:9 \"";
    size_t at = strlen(text);
    struct command_error error;
    struct command command;

    memset(text + at, 'x', COMMAND_TEXT_MAX);
    strcpy(text + at + COMMAND_TEXT_MAX, "\"");
    EXPECT(parse(text, COMMAND_ON_HOST, &command, &error));
    EXPECT_EQ(command.text_len, COMMAND_TEXT_MAX);
    strcpy(text + at + COMMAND_TEXT_MAX, "x\"");
    EXPECT(!parse(text, COMMAND_ON_HOST, &command, &error));
    EXPECT_EQ(error.column, 13);
}

/* Cuts and single wrong bytes of every example: nothing may crash. */
static void test_damaged_examples_never_crash(void)
{
    static const char bytes[] = { '\0', ' ', '"', '\\', ':', '.', '%', '-', '0', '9', 'x',
                                  (char)0x80, (char)0xff };
    unsigned read_ones = 0;

    for (size_t i = 0; command_at(i) != NULL; i++) {
        const char *example = command_at(i)->example;

        for (size_t at = 0; at < strlen(example); at++) {
            for (size_t byte = 0; byte < sizeof bytes; byte++) {
                char text[COMMAND_LENGTH_MAX];
                struct command_error error;
                struct command command;

                strcpy(text, example);
                text[at] = bytes[byte];
                for (unsigned target = 0; target < COMMAND_TARGETS; target++) {
                    if (parse(text, (enum command_target)target, &command, &error))
                        read_ones++;
                    else
                        EXPECT(error.message[0] != '\0' && error.column <= strlen(text));
                }
            }
        }
    }
    EXPECT(read_ones > 0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_example_is_understood_where_it_belongs),
        TEST(test_each_help_is_one_line_in_lower_case),
        TEST(test_ping_reads_its_options_in_any_order),
        TEST(test_ping_alone_has_defaults),
        TEST(test_udp_send_reads_size_or_text),
        TEST(test_read_has_four_forms),
        TEST(test_set_finds_every_setting_of_a_host),
        TEST(test_tcp_commands_are_read_in_full),
        TEST(test_link_settings_have_their_units),
        TEST(test_burst_loss_and_reorder_have_parts),
        TEST(test_toward_means_what_the_other_end_sends),
        TEST(test_mistakes_are_named_with_their_column),
        TEST(test_too_long_a_command_is_refused),
        TEST(test_text_has_a_limit),
        TEST(test_damaged_examples_never_crash),
    };

    return run_tests("command", tests, ARRAY_LEN(tests));
}
