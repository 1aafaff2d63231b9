#include "tests/diff/plan.h"

#include "wire/segment.h"

static bool one_in(struct random *chance, unsigned n)
{
	return random_below(chance, n) == 0;
}

static struct step *add(struct plan *plan, enum step_kind kind)
{
	static struct step none;
	struct step *step = plan->count < PLAN_STEPS_MAX ? &plan->steps[plan->count++] : &none;

	*step = (struct step){.kind = (uint8_t)kind};
	return step;
}

static struct sketch *add_segment(struct plan *plan, uint16_t flags)
{
	struct sketch *seg = &add(plan, STEP_SEGMENT)->seg;

	seg->flags = flags;
	seg->wnd = plan->wnd;
	return seg;
}

/* ---- to the state that it is about ---- */

static void open_passively(struct plan *plan)
{
	add(plan, STEP_LISTEN);
	add_segment(plan, SYN);
}

static void establish(struct plan *plan, struct random *chance)
{
	if (one_in(chance, 2)) {
		open_passively(plan);
		add_segment(plan, ACK);
	} else {
		add(plan, STEP_CONNECT);
		add_segment(plan, SYN | ACK);
	}
	if (one_in(chance, 2))
		add(plan, STEP_SEND)->len = 1 + (uint32_t)random_below(chance, 6000);
	if (one_in(chance, 3))
		add_segment(plan, PSH | ACK)->len = 1 + (uint32_t)random_below(chance, 1000);
}

static void close_actively(struct plan *plan)
{
	/* What was sent before is acknowledged, or the FIN might wait for the window. */
	add_segment(plan, ACK);
	add(plan, STEP_CLOSE);
}

static void close_passively(struct plan *plan)
{
	add_segment(plan, ACK);
	add_segment(plan, FIN | ACK);
}

static void lead_to(struct plan *plan, struct random *chance)
{
	if (plan->about >= ESTABLISHED)
		establish(plan, chance);
	switch (plan->about) {
	case LISTEN: add(plan, STEP_LISTEN); break;
	case SYN_SENT: add(plan, STEP_CONNECT); break;
	case SYN_RECEIVED:
		if (one_in(chance, 3)) {
			add(plan, STEP_CONNECT);
			add_segment(plan, SYN);
		} else {
			open_passively(plan);
		}
		break;
	case FIN_WAIT_1: close_actively(plan); break;
	case FIN_WAIT_2:
		close_actively(plan);
		add_segment(plan, ACK);
		break;
	case CLOSE_WAIT: close_passively(plan); break;
	case CLOSING:
		close_actively(plan);
		add_segment(plan, FIN | ACK)->ack_from = ACK_UNA;
		break;
	case LAST_ACK:
		close_passively(plan);
		add(plan, STEP_CLOSE);
		break;
	case TIME_WAIT:
		close_actively(plan);
		add_segment(plan, FIN | ACK);
		break;
	default: break;
	}
}

/* ---- and then ---- */

static uint16_t draw_flags(struct random *chance)
{
	static const uint16_t often[] = {
		ACK,
		ACK,
		ACK,
		ACK,
		ACK,
		ACK,
		PSH | ACK,
		PSH | ACK,
		FIN | ACK,
		FIN | ACK,
		SYN,
		SYN,
		SYN | ACK,
		SYN | ACK,
		RST,
		RST,
		RST | ACK,
		RST | ACK,
		FIN,
		0,
		PSH,
		URG | ACK,
		SYN | FIN | ACK,
		SYN | RST,
	};

	if (one_in(chance, 20))
		return (uint16_t)random_below(chance, AE << 1);
	return often[random_below(chance, sizeof often / sizeof often[0])];
}

static int32_t draw_offset(struct random *chance, uint32_t len)
{
	static const int32_t near[] = {-1, 1, -1, 1, -2, 2, -100, 100, -1000, 1000, -1460, 1460};

	if (one_in(chance, 2))
		return 0;
	if (one_in(chance, 4))
		return one_in(chance, 2) ? -(int32_t)len : (int32_t)len;
	if (one_in(chance, 4))
		return (int32_t)random_below(chance, 4000) - 2000;
	return near[random_below(chance, sizeof near / sizeof near[0])];
}

static void draw_ack(struct sketch *seg, struct random *chance)
{
	static const int32_t offsets[] = {-1, 1, -1, 1, -100, 100, -70000, 70000, INT32_MIN};
	unsigned from = (unsigned)random_below(chance, 10);

	seg->ack_from = from < 6 ? ACK_NXT : from < 9 ? ACK_UNA : ACK_ISS;
	if (one_in(chance, 3))
		seg->ack = offsets[random_below(chance, sizeof offsets / sizeof offsets[0])];
}

static void draw_segment(struct plan *plan, struct random *chance)
{
	static const uint16_t lens[] = {1, 1, 10, 100, 536, 1000, 1400};
	static const uint16_t windows[] = {0, 1, 500, 65535};
	struct sketch *seg = add_segment(plan, draw_flags(chance));
	unsigned from = (unsigned)random_below(chance, 20);

	if (one_in(chance, 2) && !(seg->flags & RST))
		seg->len = lens[random_below(chance, sizeof lens / sizeof lens[0])];
	seg->seq_from = from < 15 ? SEQ_NXT : from < 18 ? SEQ_EDGE : from < 19 ? SEQ_IRS : SEQ_FAR;
	seg->seq = draw_offset(chance, seg->len);
	draw_ack(seg, chance);
	if (one_in(chance, 6))
		seg->wnd = windows[random_below(chance, sizeof windows / sizeof windows[0])];
	if (seg->flags & URG)
		seg->up = (uint16_t)random_below(chance, 1 + 2 * (uint64_t)seg->len);
	if (one_in(chance, 12))
		seg->ts = (uint8_t)(TS_MISSING + random_below(chance, 3));
	if (plan->sack && !(seg->flags & SYN) && one_in(chance, 8)) {
		seg->sack = true;
		seg->left = (uint32_t)random_below(chance, 3000);
		seg->right = seg->left + 1 + (uint32_t)random_below(chance, 3000);
	}
}

static void draw_step(struct plan *plan, struct random *chance)
{
	static const uint16_t lens[] = {1, 10, 100, 1000, 1460, 3000, 8000, 12000};
	unsigned what = (unsigned)random_below(chance, 100);

	if (what < 78)
		draw_segment(plan, chance);
	else if (what < 86)
		add(plan, STEP_SEND)->len =
			lens[random_below(chance, sizeof lens / sizeof lens[0])];
	else if (what < 92)
		add(plan, STEP_RECEIVE);
	else if (what < 98)
		add(plan, STEP_CLOSE);
	else
		add(plan, STEP_ABORT);
}

/* ---- all of it ---- */

static void draw_peer(struct plan *plan, struct random *chance)
{
	static const uint16_t sizes[] = {536, 1000, 1460, 1460};
	static const uint16_t windows[] = {65535, 65535, 65535, 20000, 20000, 8192, 8192, 2000};

	plan->ipv6 = one_in(chance, 4);
	plan->reads_no_more = one_in(chance, 4);
	plan->nagle = one_in(chance, 8);
	plan->timestamps = one_in(chance, 2);
	plan->sack = one_in(chance, 2);
	plan->scaling = one_in(chance, 2);
	plan->shift = (uint8_t)random_below(chance, 8);
	plan->mss = sizes[random_below(chance, 4)];
	plan->wnd = windows[random_below(chance, 8)];
	plan->iss = (uint32_t)random_next(chance);
	plan->ts_val = (uint32_t)random_next(chance);
}

void plan_make(struct plan *plan, uint64_t seed, uint64_t number, unsigned tried)
{
	struct random chance = random_seeded(seed, number);
	uint64_t turn = number + (uint64_t)tried * 31337;
	unsigned drawn;

	*plan = (struct plan){.seed = seed, .number = number};
	plan->port = (uint16_t)(1024 + turn % 64000);
	plan->peers_port = (uint16_t)(1024 + (turn * 7919 + turn / 64000) % 64007);
	draw_peer(plan, &chance);
	plan->about = (enum tcp_state)random_below(&chance, STATE_COUNT);
	lead_to(plan, &chance);
	drawn = 1 + (unsigned)random_below(&chance, 6);
	while (drawn-- > 0)
		draw_step(plan, &chance);
	add(plan, STEP_RECEIVE);
}
