#include "tools/lib/lab_templates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/lib/yaml_write.h"

/* Questions come last, so that some of them can be left out. */

static const char HOSTS[] =
    "hosts:\n"
    "  a: { ip: 10.0.0.1/24 }\n"
    "  b: { ip: 10.0.0.2/24 }\n"
    "\n"
    "links:                        # every time, size and rate has its unit\n"
    "  wire: { ends: [a, b], rate: 10Mbit, delay: 20ms }\n"
    "\n"
    "script:                       # who does what, and when: rung help commands\n"
    "  - { at: 0s,    b: udp bind 9 }\n"
    "  - { at: 10ms,  a: 'udp send b:9 \"hello\"' }\n"
    "  - { at: 200ms, a: ping b count 1 }\n"
    "\n"
    "checks:                       # what must hold at the end: rung help values\n"
    "  - { check: b.udp.messages == 1, points: 1, hint: \"did the message arrive?\" }\n"
    "\n"
    "pages:                        # texts, each shown at a moment of the run\n"
    "  - page: intro\n"
    "    at: start\n"
    "    text: |\n"
    "      a sends a **message of 5 bytes** to b. Nothing has been sent yet, and a\n"
    "      knows nothing but the address 10.0.0.2.\n"
    "\n"
    "questions:                    # nothing behind its moment is seen before it is answered\n"
    "  - question: first-frame     # its name; before: or after: says when it is asked\n"
    "    before: { frame: arp }    # just before the first frame that this filter chooses\n"
    "    ask: What does the first frame on the wire carry?\n"
    "    kind: choice              # number, state, field, choice, choices, order or text\n"
    "    choices:\n"
    "      - { text: The message, say: \"To which MAC address? a does not know it yet.\" }\n"
    "      - { text: A question for the MAC address of 10.0.0.2, right: yes }\n"
    "    hints:                    # one opens after each wrong try, or by asking for it\n"
    "      - Which address does Ethernet need, and which one does a know?\n"
    "    explain: ARP asks for it, with a frame to everybody (RFC 826).\n"
    "  - question: udp-length\n"
    "    before: { frame: udp }\n"
    "    ask: The message has 5 bytes. Which length does the UDP header tell?\n"
    "    kind: field               # the frame's header is shown, with this field blank\n"
    "    field: udp.length\n"
    "    mistakes:                 # typical wrong answers, computed from this run, too\n"
    "      - { answer: frame.udp.length - 8, say: \"UDP counts its own header, too.\" }\n"
    "      - { answer: frame.ip.len, say: \"That is what IP tells, with its header.\" }\n"
    "    hints:\n"
    "      - A UDP header has 8 bytes.\n"
    "    explain: The header of 8 bytes, and the message (RFC 768).\n"
    "    points: 3                 # 2 if left out\n"
    "  - question: frames\n"
    "    before: end\n"
    "    ask: How many frames did the wire carry in all, with those of ping?\n"
    "    answer: wire.carried      # the right answer, computed from the run itself\n"
    "    mistakes:\n"
    "      - { answer: wire.carried - 1, say: \"A ping is a question and an answer.\" }\n"
    "    hints:\n"
    "      - Count the numbers beside the arrows.\n"
    "    explain: Two of ARP, one of UDP, two of ICMP.\n";

static const char TRANSFER[] =
    "defaults:\n"
    "  arp: { known: on }          # no ARP: its frames are not what this is about\n"
    "  tcp: { mss: 1000, window-scale: off, sack: off }\n"
    "\n"
    "hosts:\n"
    "  a: { ip: 10.0.0.1/24, tcp: { isn: 100 } }\n"
    "  b: { ip: 10.0.0.2/24, tcp: { isn: 300 } }\n"
    "\n"
    "links:                        # every time, size and rate has its unit\n"
    "  wire: { ends: [a, b], rate: 10Mbit, delay: 20ms }\n"
    "\n"
    "script:                       # who does what, and when: rung help commands\n"
    "  - { at: 0s,    b: listen 80 }\n"
    "  - { at: 10ms,  a: connect b:80 }\n"
    "  - { when: a ESTABLISHED, a: send 3000B }\n"
    "  - { at: 500ms, a: close }\n"
    "\n"
    "checks:                       # what must hold at the end: rung help values\n"
    "  - { check: b.tcp.delivered == 3000, points: 1, hint: \"did all of it arrive?\" }\n"
    "\n"
    "pages:                        # texts, each shown at a moment of the run\n"
    "  - page: intro\n"
    "    at: start\n"
    "    text: |\n"
    "      a opens a connection and sends **3000 bytes**, in segments of at most 1000.\n"
    "\n"
    "questions:                    # nothing behind its moment is seen before it is answered\n"
    "  - question: state-of-b      # its name; before: or after: says when it is asked\n"
    "    before: { state: b SYN-RECEIVED }\n"
    "    ask: b is in LISTEN, and the SYN of a arrives. In which state is b then?\n"
    "    kind: state               # number, state, field, choice, choices, order or text\n"
    "    answer: b.tcp.state       # computed from the run, just after that moment\n"
    "    mistakes:\n"
    "      - { answer: ESTABLISHED, say: \"Nobody has acknowledged b's own SYN yet.\" }\n"
    "    hints:                    # one opens after each wrong try, or by asking for it\n"
    "      - The name says what has happened last.\n"
    "    explain: It has received a SYN, sent its own, and waits for the ACK of that.\n"
    "  - question: last-ack\n"
    "    before: { frame: \"tcp[tcpflags] = tcp-ack\", from: b, nth: 2 }\n"
    "    ask: All 3000 bytes have arrived. Which ACK number does b answer?\n"
    "    answer: frame.tcp.ack     # of the frame that the moment is about\n"
    "    mistakes:                 # typical wrong answers, computed from this run, too\n"
    "      - { answer: frame.tcp.ack - 1, say: \"The SYN has taken one number, too.\" }\n"
    "    hints:\n"
    "      - ack= is the number of the byte that is expected next.\n"
    "    explain: The SYN was number 0 and the bytes 1 to 3000, so 3001 is expected next.\n"
    "    points: 3                 # 2 if left out\n"
    "  - question: why-segments\n"
    "    after: end\n"
    "    ask: Why were the 3000 bytes not sent in one segment?\n"
    "    kind: choice\n"
    "    choices:\n"
    "      - { text: b has said in its SYN how much a segment may carry., right: yes }\n"
    "      - { text: The window of b was too small., say: \"win= is far above 3000.\" }\n"
    "      - { text: The wire was busy., say: \"Nobody else uses it.\" }\n"
    "    hints:\n"
    "      - What else do the SYNs tell, besides numbers and windows?\n"
    "    explain: The option MSS of a SYN tells the largest segment its sender takes.\n";

static const char LOSS[] =
    "defaults:\n"
    "  arp: { known: on }          # no ARP: its frames are not what this is about\n"
    "  tcp: { mss: 1000, window-scale: off, sack: off }\n"
    "\n"
    "hosts:\n"
    "  a: { ip: 10.0.0.1/24, tcp: { isn: 100 } }\n"
    "  b: { ip: 10.0.0.2/24, tcp: { isn: 300 } }\n"
    "\n"
    "links:                        # every time, size and rate has its unit\n"
    "  wire: { ends: [a, b], rate: 10Mbit, delay: 20ms }\n"
    "\n"
    "script:                       # who does what, and when: rung help commands\n"
    "  - { at: 0s,   b: listen 80 }\n"
    "  - { at: 10ms, a: connect b:80 }\n"
    "  - { when: a ESTABLISHED, a: send 2000B }\n"
    "\n"
    "faults:                       # lose the last data segment once (tcpdump's language)\n"
    "  - { drop: \"tcp and greater 1000\", from: a, nth: 2, on: wire }\n"
    "\n"
    "checks:                       # what must hold at the end: rung help values\n"
    "  - { check: b.tcp.delivered == 2000, points: 1, hint: \"did all of it arrive?\" }\n"
    "\n"
    "pages:                        # texts, each shown at a moment of the run\n"
    "  - page: intro\n"
    "    at: start\n"
    "    text: |\n"
    "      a sends **two segments** of 1000 bytes. The wire loses the second one.\n"
    "\n"
    "questions:                    # nothing behind its moment is seen before it is answered\n"
    "  - question: how-noticed     # its name; before: or after: says when it is asked\n"
    "    before: { frame: \"tcp and greater 1000\", from: a, nth: 3 }\n"
    "    ask: The second segment is lost, and nothing follows it. How does a notice?\n"
    "    kind: choice              # number, state, field, choice, choices, order or text\n"
    "    choices:\n"
    "      - { text: b says that something is missing.,\n"
    "          say: \"How could b know that something was sent?\" }\n"
    "      - { text: The timer of a expires without an ACK for it., right: yes }\n"
    "      - { text: Three duplicate ACKs arrive., say: \"Of later segments; there are none.\" }\n"
    "    hints:                    # one opens after each wrong try, or by asking for it\n"
    "      - What does b get after the first segment?\n"
    "    explain: Without an answer nothing but the retransmission timer can tell.\n"
    "  - question: again\n"
    "    before: { frame: \"tcp and greater 1000\", from: a, nth: 3 }\n"
    "    ask: With which sequence number does a send again?\n"
    "    kind: field               # the frame's header is shown, with this field blank\n"
    "    field: tcp.seq\n"
    "    mistakes:                 # typical wrong answers, computed from this run, too\n"
    "      - { answer: frame.tcp.seq - 1000, say: \"That one has arrived already.\" }\n"
    "      - { answer: frame.tcp.seq + 1000, say: \"That is the byte after the lost ones.\" }\n"
    "    hints:\n"
    "      - The first byte of data has number 1.\n"
    "    explain: The second segment carried bytes 1001 to 2000.\n"
    "    points: 3                 # 2 if left out\n"
    "  - question: how-often\n"
    "    before: end\n"
    "    ask: How many segments did a send twice?\n"
    "    answer: count(a.retransmission)   # the right answer, computed from the run itself\n"
    "    mistakes:\n"
    "      - { answer: count(a.retransmission) + 1, say: \"The first one was acknowledged.\" }\n"
    "    hints:\n"
    "      - The ladder writes \"retransmission\" behind each.\n"
    "    explain: Only what was lost.\n";

static const char ROUTER[] =
    "defaults:\n"
    "  arp: { known: on }          # no ARP: its frames are not what this is about\n"
    "\n"
    "hosts:\n"
    "  a: { ip: 10.0.1.1/24, gateway: 10.0.1.254 }\n"
    "  b: { ip: 10.0.2.1/24, gateway: 10.0.2.254 }\n"
    "\n"
    "routers:\n"
    "  r1:\n"
    "    interfaces: { left: 10.0.1.254/24, right: 10.0.2.254/24 }\n"
    "    arp: { known: on }\n"
    "\n"
    "links:                        # every time, size and rate has its unit\n"
    "  near: { ends: [a, r1.left],  rate: 10Mbit, delay: 5ms }\n"
    "  far:  { ends: [r1.right, b], rate: 10Mbit, delay: 20ms }\n"
    "\n"
    "script:                       # who does what, and when: rung help commands\n"
    "  - { at: 10ms, a: ping b count 1 }\n"
    "\n"
    "checks:                       # what must hold at the end: rung help values\n"
    "  - { check: near.carried == 2, points: 1, hint: \"did the answer come back?\" }\n"
    "\n"
    "pages:                        # texts, each shown at a moment of the run\n"
    "  - page: intro\n"
    "    at: start\n"
    "    text: |\n"
    "      a and b are in **two networks**. What a sends to b goes to the router first.\n"
    "\n"
    "questions:                    # nothing behind its moment is seen before it is answered\n"
    "  - question: to-whom         # its name; before: or after: says when it is asked\n"
    "    before: { frame: icmp, on: near }\n"
    "    ask: To whose MAC address does a send the frame?\n"
    "    kind: choice              # number, state, field, choice, choices, order or text\n"
    "    choices:\n"
    "      - { text: \"b's\", say: \"b is not on this wire: nobody would take the frame.\" }\n"
    "      - { text: \"that of r1, on its side of the wire\", right: yes }\n"
    "      - { text: everybody's, say: \"That is for questions such as those of ARP.\" }\n"
    "    hints:                    # one opens after each wrong try, or by asking for it\n"
    "      - Is 10.0.2.1 in the network of a?\n"
    "    explain: The IP header names b, the Ethernet header the next hop.\n"
    "  - question: ttl\n"
    "    before: { frame: icmp, on: far }\n"
    "    ask: a sent the packet with TTL 64. Which TTL does it have behind the router?\n"
    "    kind: field               # the frame's header is shown, with this field blank\n"
    "    field: ip.ttl\n"
    "    mistakes:                 # typical wrong answers, computed from this run, too\n"
    "      - { answer: frame.ip.ttl + 1, say: \"Each router takes something away.\" }\n"
    "    hints:\n"
    "      - What keeps a packet from going round in circles for ever?\n"
    "    explain: Each router lowers it by one (RFC 791, 3.2).\n"
    "    points: 3                 # 2 if left out\n"
    "  - question: frames\n"
    "    before: end\n"
    "    ask: How many frames were sent for one ping, on both wires?\n"
    "    answer: near.carried + far.carried   # computed from the run itself\n"
    "    mistakes:\n"
    "      - { answer: near.carried, say: \"Each packet is on two wires, one after the other.\" }\n"
    "    hints:\n"
    "      - Count the arrows.\n"
    "    explain: Question and answer, each in a new frame behind the router.\n";

const struct lab_template lab_templates[] = {
    { "two-hosts", N_("two hosts on a wire: a message over UDP, a ping"), HOSTS },
    { "transfer", N_("a TCP connection that carries 3000 bytes"), TRANSFER },
    { "loss", N_("a TCP segment that is lost, and sent again"), LOSS },
    { "router", N_("two networks and a router between them"), ROUTER },
    { NULL, NULL, NULL },
};

const struct lab_template *lab_template_find(const char *name)
{
    for (const struct lab_template *t = lab_templates; t->name != NULL; t++)
        if (strcmp(t->name, name) == 0)
            return t;
    return NULL;
}

/* The bytes of TEXT with its first COUNT questions only. */
static size_t length_with(const char *text, unsigned count)
{
    static const char LIST[] = "\nquestions:", ENTRY[] = "\n  - question:";
    const char *at = strstr(text, LIST);

    if (count == 0)
        return (size_t)(at - text);
    for (unsigned i = 0; i <= count; i++) {
        at = strstr(at + 1, ENTRY);
        if (at == NULL)
            return strlen(text);
    }
    return (size_t)(at - text) + 1;
}

char *lab_template_make(const struct lab_template *of, const char *title, unsigned questions)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    fputs(_("# A lab of Rung. All that may stand here: rung help lab, and man rung-lab.\n"
            "# Editors know it, too: rung schema > lab.schema.json, and as the first line here\n"
            "#   # yaml-language-server: $schema=lab.schema.json\n"
            "title: "),
          out);
    yaml_write_scalar(out, title);
    fputs(_("\nabout: |\n"
            "  What students should look for. This text is shown when the lab opens.\n"
            "seed: 1                       # another seed, other luck\n\n"),
          out);
    fwrite(of->text, 1, length_with(of->text, questions), out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
