#include "viz/hybrid_session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "viz/cli.h"
#include "viz/output.h"
#include "viz/present.h"
#include "viz/real_time.h"
#include "viz/window_part.h"

/* ---- beginning and end ---- */

static void begin(struct hybrid_session *s)
{
	s->setup.inputs = inputs_new();
	s->recording = scenario_recording(s->twin);
	s->narrator = hybrid_narrator_new(s->twin, s->setup.inputs, s->recording);
	s->run = hybrid_start(&s->setup);
}

static void end(struct hybrid_session *s)
{
	if (s->ended)
		return;
	s->ended = true;
	s->result = hybrid_end(s->run);
	hybrid_narrator_goes_on(s->narrator);
}

static void dispose(struct hybrid_session *s)
{
	hybrid_narrator_free(s->narrator);
	recording_free(s->recording);
	inputs_free(s->setup.inputs);
}

/* ---- how late it was ---- */

static void describe_lateness(const struct hybrid_session *s, const struct hybrid_lateness *late,
			      struct text *out)
{
	nanos mean = late->count > 0 ? late->sum / (nanos)late->count : 0;

	if (late->too_late > 0)
		text_addf(out,
			  "timing invalid: %" PRIu64 " of %" PRIu64 " were more than %lld ms late",
			  late->too_late, late->count, (long long)s->setup.late_bound / 1000000);
	else
		text_addf(out, "%lld µs late on average, %lld at most", (long long)mean / 1000,
			  (long long)late->most / 1000);
}

static void tell_lateness(const struct hybrid_session *s)
{
	char buf[200];
	struct text text = text_in(buf, sizeof buf);

	describe_lateness(s, &s->result.late, &text);
	if (s->result.late.too_late > 0)
		fprintf(stderr,
			"tcplab: %s (--late-bound), at most %lld µs: the times that the kernel saw "
			"are not those of the scenario\n",
			buf, (long long)s->result.late.most / 1000);
	else
		fprintf(stderr, "tcplab: %" PRIu64 " instants were served, %s\n",
			s->result.late.count, buf);
	if (!hybrid_narrator_agrees(s->narrator))
		fputs("tcplab: the run done again sends other datagrams: please report this\n",
		      stderr);
}

/* ---- keeping it ---- */

/* The scenario as it ran: its seed, its end. */
static bool write_scenario(const struct hybrid_session *s, char **text, size_t *len,
			   struct error *err)
{
	char duration[64];
	char seed[64];
	const char *const sets[] = {duration, seed};
	const struct scenario_options options = {.sets = sets, .set_count = 2, .live = true};
	nanos horizon = nanos_max(inputs_horizon(s->setup.inputs), 1);
	struct scenario *copy;
	FILE *file;
	bool fine;

	snprintf(duration, sizeof duration, "duration_ms=%lld.%06lld", (long long)horizon / 1000000,
		 (long long)horizon % 1000000);
	snprintf(seed, sizeof seed, "seed=%" PRIu64, scenario_seed(s->twin));
	file = open_memstream(text, len);
	scenario_write(s->twin, file);
	fclose(file);
	fine = scenario_parse(s->name, *text, *len, &options, &copy, err);
	free(*text);
	*text = NULL;
	if (!fine)
		return false;
	file = open_memstream(text, len);
	scenario_write(copy, file);
	fclose(file);
	scenario_free(copy);
	return true;
}

static void write_inputs(const struct hybrid_session *s, FILE *out)
{
	uint32_t count = inputs_count(s->setup.inputs);

	fputs(",\n  \"inputs\": [", out);
	for (uint32_t i = 0; i < count; i++) {
		struct input input;
		struct outside what;

		inputs_at(s->setup.inputs, i, &input);
		what = outside_of(&input);
		fputs(i > 0 ? ",\n    " : "\n    ", out);
		scenario_write_outside(s->twin, &what, out);
	}
	fputs("\n  ]\n}\n", out);
}

/* The inputs take the place of the scenario's last brace. */
static bool write_run(const struct hybrid_session *s, char **text, size_t *len, struct error *err)
{
	char *scenario = NULL;
	size_t size;
	FILE *out;

	if (!write_scenario(s, &scenario, len, err))
		return false;
	while (*len > 0 && scenario[*len - 1] != '}')
		--*len;
	while (*len > 1 && (scenario[*len - 2] == '\n' || scenario[*len - 2] == ' '))
		--*len;
	out = open_memstream(text, &size);
	fwrite(scenario, 1, *len - 1, out);
	write_inputs(s, out);
	fclose(out);
	free(scenario);
	*len = size;
	return true;
}

/* What is kept can be read again: or it is not kept. */
static bool keep(const struct hybrid_session *s, struct error *err)
{
	const struct scenario_options options = {.has_seed = false};
	struct scenario *again;
	char *text;
	size_t len;
	FILE *out;
	bool fine;

	if (!write_run(s, &text, &len, err))
		return false;
	fine = scenario_parse(s->args->output, text, len, &options, &again, err);
	if (fine)
		scenario_free(again);
	out = fine ? output_open(s->args->output, err) : NULL;
	if (out == NULL) {
		free(text);
		return false;
	}
	fwrite(text, 1, len, out);
	free(text);
	return output_finish(out, s->args->output, true, err);
}

/* ---- as text ---- */

static bool goes_on(void *who)
{
	struct hybrid_session *s = who;

	hybrid_narrator_goes_on(s->narrator);
	return !hybrid_is_over(s->run);
}

static int show_text(struct hybrid_session *s)
{
	struct error err;

	real_time_follow(goes_on, s);
	end(s);
	if (!present_text_to(s->recording, s->args, stdout, &err) ||
	    !output_close(stdout, "-", &err))
		return complain(STATUS_BAD_INPUT, err.text);
	return STATUS_FINE;
}

/* ---- by hand ---- */

static void tell_link(const struct hybrid_session *s, struct app *app)
{
	struct text text = text_in(app->by_hand.words, sizeof app->by_hand.words);

	text_addf(&text, "%lld ms, %u %% lost", (long long)s->delay / 1000000,
		  (unsigned)(s->loss / 10000));
}

static void begin_hands(struct hybrid_session *s, struct app *app)
{
	uint32_t mtu;

	s->near = s->setup.gates[0].host;
	s->link = scenario_link_of(s->twin, s->near, &s->far);
	scenario_way_of(s->twin, s->link, s->near, &s->delay, &mtu);
	app->by_hand.on = true;
	tell_link(s, app);
}

static void change_both_ways(struct hybrid_session *s, enum input_kind kind, int64_t value)
{
	struct input input = {.kind = (uint8_t)kind, .link = s->link, .value = value};

	input.conn = s->near;
	hybrid_change(s->run, &input);
	input.conn = s->far;
	hybrid_change(s->run, &input);
}

/* The real host may stand at either side of the ladder. */
static void lose_next(struct hybrid_session *s, const struct app *app, bool to_the_right)
{
	bool near_is_left = app->scene.focus.host[0] == s->near;
	const struct input input = {.kind = INPUT_LOSE_NEXT,
				    .link = s->link,
				    .conn = near_is_left == to_the_right ? s->near : s->far};

	hybrid_change(s->run, &input);
}

static void change_delay(struct hybrid_session *s, nanos by)
{
	static const nanos most = INT64_C(10000000000);
	nanos delay = nanos_min(nanos_max(s->delay + by, 0), most);

	if (delay == s->delay)
		return;
	s->delay = delay;
	change_both_ways(s, INPUT_DELAY, delay);
}

static void change_loss(struct hybrid_session *s, int64_t by)
{
	int64_t loss = nanos_min(nanos_max((int64_t)s->loss + by, 0), ALL_MILLION);

	if (loss == s->loss)
		return;
	s->loss = (uint32_t)loss;
	change_both_ways(s, INPUT_LOSS, loss);
}

static void change(void *who, struct app *app)
{
	static const nanos delay_step = 10000000;
	enum { LOSS_STEP = 10000 };
	struct hybrid_session *s = who;

	if (s->ended)
		return;
	switch (app->by_hand.change) {
	case ACTION_LOSE_RIGHT: lose_next(s, app, true); break;
	case ACTION_LOSE_LEFT: lose_next(s, app, false); break;
	case ACTION_LESS_DELAY: change_delay(s, -delay_step); break;
	case ACTION_MORE_DELAY: change_delay(s, delay_step); break;
	case ACTION_LESS_LOSS: change_loss(s, -LOSS_STEP); break;
	case ACTION_MORE_LOSS: change_loss(s, LOSS_STEP); break;
	default: break;
	}
	tell_link(s, app);
}

/* ---- in the window ---- */

static void note_lateness(struct hybrid_session *s, struct app *app)
{
	const struct hybrid_lateness late = s->ended ? s->result.late : hybrid_lateness(s->run);
	struct text text = text_in(app->live.note, sizeof app->live.note);

	text_add(&text, "");
	if (late.too_late > 0)
		text_addf(&text, "timing invalid: %" PRIu64 " of %" PRIu64 " late", late.too_late,
			  late.count);
}

static nanos grow(void *who, struct app *app)
{
	struct hybrid_session *s = who;

	if (s->ended)
		return NANOS_NEVER;
	if (hybrid_is_over(s->run)) {
		end(s);
		app->live.ended = true;
		app->by_hand.on = false;
		app_grow(app, s->recording);
		if (s->result.is_cut_off)
			app_notice(app, "The run ended: its TUN device was deleted.");
	} else if (hybrid_narrator_goes_on(s->narrator)) {
		app_grow(app, s->recording);
	}
	note_lateness(s, app);
	return s->ended ? NANOS_NEVER : app->now + GROWS_EVERY;
}

static bool has_no_picture(void *who)
{
	struct hybrid_session *s = who;

	return goes_on(s) && recording_events(s->recording) == 0;
}

static int show_window(struct hybrid_session *s)
{
	struct window_options options = {.grow = grow, .change = change, .who = s};
	struct app app;
	int status;

	real_time_await(has_no_picture, s);
	app_init(&app, s->recording, s->name);
	app.live.on = true;
	begin_hands(s, &app);
	present_as_asked(&app, s->args);
	app_go_to_step(&app, app_steps(&app));
	status = present_window(&app, s->args, &options);
	end(s);
	return status;
}

/* ---- all of it ---- */

static int judge(const struct hybrid_session *s)
{
	struct error err;

	if (s->result.is_cut_off)
		error_set(&err, "the run ended: its TUN device was deleted");
	else if (s->result.command != 0)
		error_set(&err, "the command ended with status %d", s->result.command);
	else
		return STATUS_FINE;
	return complain(STATUS_FAILED, err.text);
}

int hybrid_session_present(struct hybrid_session *s)
{
	const struct args *args = s->args;
	bool text = args->text || args->json || args->verbose ||
		    (!window_is_possible() && args->ui_script == NULL);
	struct error err;
	int status;

	begin(s);
	status = text ? show_text(s) : show_window(s);
	end(s);
	tell_lateness(s);
	if (args->output != NULL && !keep(s, &err))
		status = complain(STATUS_BAD_INPUT, err.text);
	dispose(s);
	return status == STATUS_FINE ? judge(s) : status;
}
