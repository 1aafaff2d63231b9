#include "viz/pictures.h"

#include "viz/app_draw.h"
#include "viz/output.h"
#include "viz/plain_metrics.h"
#include "viz/svg_canvas.h"

struct app picture_state(const struct app *app)
{
	struct app state = *app;

	state.toolbar = false;
	state.blank = false;
	state.overlay = OVERLAY_NONE;
	state.notice[0] = '\0';
	state.hovered[0] = '\0';
	state.focused[0] = '\0';
	state.scene.hovered = EVENT_NONE;
	state.motion.on = false;
	return state;
}

bool pictures_fit(const struct app *app, const char *path, struct error *err)
{
	if (app_steps(app) <= PICTURES_MOST)
		return true;
	return error_set(err,
			 "%s: %u steps are too many for pictures of all (%d at most): "
			 "take svg or png with --step, or txt",
			 path, app_steps(app), PICTURES_MOST);
}

void picture_title(const struct app *app, struct text *out)
{
	if (app_step(app) == 0) {
		text_add(out, recording_info(app->scene.recording)->title);
		return;
	}
	text_addf(out, "%u. ", app_step(app));
	app_fact(app, "headline", out);
}

static void write_inlined(FILE *out, struct canvas *c, struct app *state, double width,
			  double height)
{
	char prefix[24];
	char title_text[512];
	struct text title = text_in(title_text, sizeof title_text);
	const struct svg_options options = {
		.title = title_text, .prefix = prefix, .inlined = true, .keep_widths = true};

	snprintf(prefix, sizeof prefix, "s%u-", app_step(state));
	picture_title(state, &title);
	app_draw(c, state, width, height);
	fprintf(out, "<section id=\"step-%u\" hidden>\n", app_step(state));
	svg_write(out, c, &options);
	fputs("</section>\n", out);
}

bool picture_write_svg(const struct app *app, double width, double height, const char *path,
		       struct error *err)
{
	struct app state = picture_state(app);
	char title_text[512];
	struct text title = text_in(title_text, sizeof title_text);
	const struct svg_options options = {.title = title_text, .keep_widths = true};
	FILE *out = output_open(path, err);
	struct canvas *c;

	if (out == NULL)
		return false;
	c = canvas_open(&plain_metrics);
	picture_title(&state, &title);
	app_draw(c, &state, width, height);
	svg_write(out, c, &options);
	canvas_close(c);
	return output_close(out, path, err);
}

/* ---- HTML ---- */

/* One step shows at a time. The keys are the window's; #step=9 in the address
 * is where one is, and can be shared. */
static const char script[] =
	"<script>\n"
	"const steps = document.querySelectorAll('section');\n"
	"let step = 0;\n"
	"function show(n) {\n"
	"  steps[step].hidden = true;\n"
	"  step = Math.max(0, Math.min(steps.length - 1, n));\n"
	"  steps[step].hidden = false;\n"
	"  history.replaceState(null, '', '#step=' + step);\n"
	"  document.getElementById('told').textContent =\n"
	"    steps[step].querySelector('title').textContent;\n"
	"}\n"
	"function asked() {\n"
	"  const found = /^#step=(\\d+)$/.exec(location.hash);\n"
	"  show(found ? Number(found[1]) : first);\n"
	"}\n"
	"const keys = {\n"
	"  ArrowRight: () => show(step + 1), PageDown: () => show(step + 1),\n"
	"  ' ': () => show(step + 1),\n"
	"  ArrowLeft: () => show(step - 1), PageUp: () => show(step - 1),\n"
	"  Home: () => show(0), End: () => show(steps.length - 1)\n"
	"};\n"
	"addEventListener('keydown', event => {\n"
	"  if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;\n"
	"  event.preventDefault();\n"
	"  keys[event.key]();\n"
	"});\n"
	"addEventListener('hashchange', asked);\n"
	"addEventListener('click', event => {\n"
	"  if (getSelection().isCollapsed)\n"
	"    show(step + (event.clientX < innerWidth / 3 ? -1 : 1));\n"
	"});\n"
	"asked();\n"
	"</script>\n";

static void write_html_head(FILE *out, const struct app *state)
{
	bool dark = state->palette == PALETTE_DARK;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
	      out);
	svg_write_escaped(out, recording_info(state->scene.recording)->title);
	fprintf(out,
		"</title>\n<style>\n"
		"html { background: %s }\n"
		"body { margin: 0 }\n"
		"svg { display: block; width: 100vw; height: 100vh }\n"
		"#told { position: absolute; clip-path: inset(50%%) }\n"
		"@media print { section { display: block !important; break-after: page } }\n"
		"</style>\n"
		"<p id=\"told\" aria-live=\"polite\"></p>\n",
		dark ? "#12151a" : "#ffffff");
}

bool picture_write_html(const struct app *app, double width, double height, const char *path,
			struct error *err)
{
	struct app state = picture_state(app);
	FILE *out = pictures_fit(app, path, err) ? output_open(path, err) : NULL;
	struct canvas *c;

	if (out == NULL)
		return false;
	c = canvas_open(&plain_metrics);
	state.scene.hint = "→ or a click goes a step forward, ← back.";
	write_html_head(out, &state);
	for (uint32_t step = 0; step <= app_steps(app); step++) {
		app_go_to_step(&state, step);
		write_inlined(out, c, &state, width, height);
	}
	fprintf(out, "<script>const first = %u;</script>\n%s", app_step(app), script);
	canvas_close(c);
	return output_close(out, path, err);
}
