#include "viz/state_diagram.h"

#include <stddef.h>

const struct point diagram_nodes[NODE_COUNT] = {
	[CLOSED] = {.50, .05},       [LISTEN] = {.50, .22},      [SYN_SENT] = {.86, .37},
	[SYN_RECEIVED] = {.14, .37}, [ESTABLISHED] = {.50, .54}, [FIN_WAIT_1] = {.14, .68},
	[FIN_WAIT_2] = {.14, .82},   [CLOSING] = {.50, .82},     [TIME_WAIT] = {.50, .95},
	[CLOSE_WAIT] = {.86, .68},   [LAST_ACK] = {.86, .82},    [NODE_CLOSED_AGAIN] = {.86, .95},
};

enum { LEFT = ALIGN_LEFT, MIDDLE = ALIGN_CENTRE, RIGHT = ALIGN_RIGHT };

#define CURVE(x0, y0, x1, y1, x2, y2, x3, y3) .curve = {{x0, y0}, {x1, y1}, {x2, y2}, {x3, y3}}
#define LABEL(x, y, side, ...)                .label = {x, y}, .align = (enum align)side, .lines = {__VA_ARGS__}

static const struct diagram_edge edges[] = {
	{CLOSED, LISTEN, false, CURVE(.46, .078, .46, .12, .46, .15, .46, .192),
	 LABEL(.45, .133, RIGHT, "passive OPEN")},
	{LISTEN, CLOSED, false, CURVE(.54, .192, .54, .15, .54, .12, .54, .078),
	 LABEL(.55, .133, LEFT, "CLOSE")},
	{CLOSED, SYN_SENT, false, CURVE(.607, .038, .86, .038, .91, .15, .91, .342),
	 LABEL(.83, .05, LEFT, "active OPEN", "snd SYN")},
	{SYN_SENT, CLOSED, false, CURVE(.82, .342, .82, .20, .76, .068, .607, .062),
	 LABEL(.785, .205, RIGHT, "CLOSE")},
	{LISTEN, SYN_RECEIVED, false, CURVE(.393, .232, .25, .235, .18, .27, .18, .342),
	 LABEL(.225, .290, LEFT, "rcv SYN", "snd SYN,ACK")},
	{SYN_RECEIVED, LISTEN, false, CURVE(.08, .342, .08, .23, .20, .205, .393, .206),
	 LABEL(.07, .215, LEFT, "rcv RST")},
	{LISTEN, SYN_SENT, false, CURVE(.57, .248, .59, .32, .66, .356, .753, .356),
	 LABEL(.635, .285, LEFT, "SEND", "snd SYN")},
	{SYN_SENT, SYN_RECEIVED, false, CURVE(.753, .375, .6, .375, .4, .375, .247, .375),
	 LABEL(.50, .357, MIDDLE, "rcv SYN / SYN,ACK")},
	{SYN_RECEIVED, ESTABLISHED, false, CURVE(.20, .398, .22, .49, .30, .54, .393, .54),
	 LABEL(.245, .445, LEFT, "rcv ACK of SYN")},
	{SYN_SENT, ESTABLISHED, false, CURVE(.80, .398, .78, .49, .70, .54, .607, .54),
	 LABEL(.755, .455, RIGHT, "rcv SYN,ACK", "snd ACK")},
	{SYN_RECEIVED, FIN_WAIT_1, false, CURVE(.08, .398, .08, .45, .08, .55, .08, .652),
	 LABEL(.09, .545, LEFT, "CLOSE", "snd FIN")},
	{ESTABLISHED, FIN_WAIT_1, false, CURVE(.44, .568, .42, .65, .34, .668, .247, .670),
	 LABEL(.395, .612, RIGHT, "CLOSE / FIN")},
	{ESTABLISHED, CLOSE_WAIT, false, CURVE(.56, .568, .58, .65, .66, .675, .753, .675),
	 LABEL(.605, .612, LEFT, "rcv FIN / ACK")},
	{FIN_WAIT_1, FIN_WAIT_2, false, CURVE(.10, .708, .10, .73, .10, .76, .10, .792),
	 LABEL(.09, .750, RIGHT, "ACK")},
	{FIN_WAIT_1, CLOSING, false, CURVE(.247, .688, .40, .688, .48, .72, .48, .792),
	 LABEL(.485, .735, LEFT, "rcv FIN / ACK")},
	{FIN_WAIT_1, TIME_WAIT, false, CURVE(.240, .708, .31, .80, .31, .935, .393, .938),
	 LABEL(.315, .775, LEFT, "FIN+ACK")},
	{FIN_WAIT_2, TIME_WAIT, false, CURVE(.10, .848, .10, .93, .20, .962, .393, .962),
	 LABEL(.12, .988, LEFT, "rcv FIN / ACK")},
	{CLOSING, TIME_WAIT, false, CURVE(.50, .848, .50, .87, .50, .90, .50, .922),
	 LABEL(.51, .885, LEFT, "ACK of FIN")},
	{CLOSE_WAIT, LAST_ACK, false, CURVE(.86, .708, .86, .73, .86, .76, .86, .792),
	 LABEL(.85, .750, RIGHT, "CLOSE / FIN")},
	{LAST_ACK, NODE_CLOSED_AGAIN, false, CURVE(.86, .848, .86, .87, .86, .90, .86, .922),
	 LABEL(.85, .885, RIGHT, "ACK of FIN")},
	{TIME_WAIT, NODE_CLOSED_AGAIN, false, CURVE(.607, .95, .66, .95, .7, .95, .753, .95),
	 LABEL(.680, .933, MIDDLE, "2MSL")},
	/* Given up: to the CLOSED that is nearer. */
	{SYN_RECEIVED, CLOSED, true, CURVE(.10, .342, .02, .12, .20, .05, .393, .05),
	 LABEL(.14, .10, LEFT, NULL)},
	{ESTABLISHED, NODE_CLOSED_AGAIN, true, CURVE(.59, .568, .66, .70, .66, .90, .753, .935),
	 LABEL(.675, .755, LEFT, NULL)},
	{FIN_WAIT_1, NODE_CLOSED_AGAIN, true, CURVE(.247, .695, .66, .70, .66, .88, .753, .935),
	 LABEL(.675, .755, LEFT, NULL)},
	{FIN_WAIT_2, NODE_CLOSED_AGAIN, true, CURVE(.247, .82, .34, .98, .66, .87, .753, .938),
	 LABEL(.58, .885, LEFT, NULL)},
	{CLOSING, NODE_CLOSED_AGAIN, true, CURVE(.607, .82, .68, .83, .70, .90, .753, .935),
	 LABEL(.70, .84, LEFT, NULL)},
	{CLOSE_WAIT, NODE_CLOSED_AGAIN, true, CURVE(.967, .69, .995, .75, .995, .88, .967, .94),
	 LABEL(.975, .78, RIGHT, NULL)},
	{TIME_WAIT, SYN_RECEIVED, true, CURVE(.393, .93, .28, .90, .31, .55, .19, .398),
	 LABEL(.31, .70, LEFT, "rcv new SYN")},
	{SYN_RECEIVED, TIME_WAIT, true, CURVE(.17, .398, .29, .55, .26, .90, .393, .935),
	 LABEL(.29, .70, LEFT, NULL)},
};

const char *state_short_name(enum tcp_state state)
{
	static const char *const names[STATE_COUNT] = {
		[CLOSED] = "CLOSED",        [LISTEN] = "LISTEN",
		[SYN_SENT] = "SYN SENT",    [SYN_RECEIVED] = "SYN RCVD",
		[ESTABLISHED] = "ESTAB",    [FIN_WAIT_1] = "FINWAIT-1",
		[FIN_WAIT_2] = "FINWAIT-2", [CLOSE_WAIT] = "CLOSE WAIT",
		[CLOSING] = "CLOSING",      [LAST_ACK] = "LAST-ACK",
		[TIME_WAIT] = "TIME WAIT",
	};

	return names[state];
}

const struct diagram_edge *diagram_edges(unsigned *count)
{
	*count = sizeof edges / sizeof edges[0];
	return edges;
}

static enum tcp_state state_of(unsigned node)
{
	return node == NODE_CLOSED_AGAIN ? CLOSED : (enum tcp_state)node;
}

const struct diagram_edge *diagram_edge(enum tcp_state from, enum tcp_state to)
{
	for (unsigned i = 0; i < sizeof edges / sizeof edges[0]; i++)
		if (state_of(edges[i].from) == from && state_of(edges[i].to) == to)
			return &edges[i];
	return NULL;
}

unsigned diagram_node(enum tcp_state state, const struct diagram_edge *came_by)
{
	return came_by && state_of(came_by->to) == state ? came_by->to : (unsigned)state;
}
