#include "viz/window_requests.h"

#include <stdio.h>
#include <string.h>

#include "viz/commands.h"
#include "viz/formats.h"
#include "viz/output.h"

enum { NAME_SIZE = 200 };

void window_retitle(struct screen *screen, const struct app *app)
{
	const struct recording_info *info = recording_info(app->scene.recording);
	char title[300];

	snprintf(title, sizeof title, "%s - tcplab",
		 info->title[0] != '\0' ? info->title : info->source);
	screen_title(screen, title);
}

/* "scenarios/03-loss.json" is "03-loss", and at a step "03-loss-step9". */
static void base_name(char out[NAME_SIZE], const struct app *app, bool of_step)
{
	const char *slash = strrchr(app->path, '/');
	const char *name = slash != NULL ? slash + 1 : app->path;
	size_t len = strcspn(name, ".");
	struct text text = text_in(out, NAME_SIZE);

	if (len == 0)
		text_add(&text, "tcplab");
	else
		text_addf(&text, "%.*s", (int)(len < 150 ? len : 150), name);
	if (of_step)
		text_addf(&text, "-step%u", app_step(app));
}

static void save_screenshot(struct app *app, struct screen *screen)
{
	char base[NAME_SIZE];
	char path[NAME_SIZE + 16];
	cairo_status_t status;

	base_name(base, app, true);
	output_free_name(path, sizeof path, base, "png");
	status = cairo_surface_write_to_png(screen_surface(screen), path);
	if (status == CAIRO_STATUS_SUCCESS)
		app_notice(app, "Saved as %s", path);
	else
		app_notice(app, "%s cannot be written: %s", path, cairo_status_to_string(status));
}

static void export(struct app *app)
{
	const struct format *format = format_of_ending(app->format);
	char base[NAME_SIZE];
	char path[NAME_SIZE + 16];
	struct error err;

	if (format == NULL)
		return;
	base_name(base, app, format->of_step);
	output_free_name(path, sizeof path, base, format->ending);
	if (format->write(app, app->picture->width, app->picture->height, path, &err))
		app_notice(app, "Exported to %s", path);
	else
		app_notice(app, "%s", err.text);
}

static void copy_link(struct app *app)
{
	char link[512];
	struct text text = text_in(link, sizeof link);

	app_link(app, &text);
	if (SDL_SetClipboardText(link) == 0)
		app_notice(app, "Copied: %s", link);
	else
		app_notice(app, "The clipboard takes nothing: %s", SDL_GetError());
}

static void open_file(struct app *app, const struct window_options *options, struct screen *screen,
		      unsigned file)
{
	struct error err;

	if (options->open(options->who, app, file, &err)) {
		app->file = file;
		window_retitle(screen, app);
	} else {
		app_notice(app, "%s", err.text);
	}
}

void window_do_request(struct app *app, const struct window_options *options, struct screen *screen)
{
	enum request request = app->request;
	struct error err;

	app->request = REQUEST_NONE;
	switch (request) {
	case REQUEST_NONE: break;
	case REQUEST_COPY: copy_link(app); break;
	case REQUEST_SCREENSHOT: save_screenshot(app, screen); break;
	case REQUEST_EXPORT: export(app); break;
	case REQUEST_NEXT_FILE: open_file(app, options, screen, app->file + 1); break;
	case REQUEST_PREVIOUS_FILE: open_file(app, options, screen, app->file - 1); break;
	case REQUEST_LOSE:
		if (!options->lose(options->who, app, app->scene.selected, &err))
			app_notice(app, "%s", err.text);
		break;
	case REQUEST_CHANGE: options->change(options->who, app); break;
	case REQUEST_CHOOSE:
		if (!options->choose(options->who, app, app->choices.marked, &err))
			app_notice(app, "%s", err.text);
		break;
	case REQUEST_UNLOSE:
		if (!options->unlose(options->who, app, &err))
			app_notice(app, "%s", err.text);
		break;
	}
}
