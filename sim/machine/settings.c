/* settings.c — the options in a script's head. */
#include "machine/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "machine/commands.h"
#include "machine/old_systems.h"
#include "source/profile_override.h"

enum { MTU_LEAST = 68, MTU_LEAST_IPV6 = 1280 };

/* Where scripts play: addresses for private use and for documentation. */
static const char *const addresses[2][2] = {{"192.168.0.1", "192.0.2.1"},
					    {"fd3d:fa7b:d17d::1", "2001:db8::1"}};

static void use_addresses(struct drill_settings *settings, bool v6)
{
	address_parse(&settings->addresses.local, addresses[v6][0]);
	address_parse(&settings->addresses.remote, addresses[v6][1]);
}

void settings_default(struct drill_settings *settings)
{
	memset(settings, 0, sizeof *settings);
	use_addresses(settings, false);
	settings->addresses.bind_port = 8080;
	settings->addresses.connect_port = 8080;
	settings->mtu = 1500;
	settings->tolerance = nanos_from_ms(4);
	settings->send_buffer_first = 16384; /* tcp_wmem */
	settings->notsent_lowat = UINT32_MAX;
	settings_use_profile(settings, "linux");
	settings->profile_chosen = false;
}

/* ---- profiles ---- */

static const char *known_profile(const char *name)
{
	const char *const *known = profile_names();

	while (*known != NULL && strcmp(*known, name) != 0)
		known++;
	return *known;
}

bool settings_use_profile(struct drill_settings *settings, const char *name)
{
	const char *known = known_profile(name);

	if (known != NULL)
		profile_named(known, &settings->profile);
	else
		known = old_system(name, &settings->profile);
	if (known == NULL)
		return false;
	settings->profile_name = known;
	settings->profile_chosen = true;
	return true;
}

/* ---- values ---- */

/* What is read of a head before it is clear which IP it speaks. */
struct head {
	struct drill_settings *settings;
	struct error *why; /* what is wrong, without its place */
	const char *version;
	const char *local;
	const char *remote;
};

static bool whole_number(const char *value, int64_t min, int64_t max, int64_t *number,
			 struct error *why)
{
	char *end;

	errno = 0;
	*number = strtoll(value, &end, 10);
	if (errno == 0 && end != value && *end == '\0' && *number >= min && *number <= max)
		return true;
	return error_set(why, "it takes a whole number from %lld to %lld, not \"%s\"",
			 (long long)min, (long long)max, value);
}

static bool set_ip_version(struct head *head, const char *value)
{
	head->version = value;
	return strcmp(value, "ipv4") == 0 || strcmp(value, "ipv6") == 0 ||
	       strcmp(value, "ipv4-mapped-ipv6") == 0 ||
	       error_set(head->why, "it takes ipv4, ipv6 or ipv4-mapped-ipv6, not \"%s\"", value);
}

static bool set_port(struct head *head, const char *value, uint16_t *port)
{
	int64_t number;

	if (!whole_number(value, 1, UINT16_MAX, &number, head->why))
		return false;
	*port = (uint16_t)number;
	return true;
}

static bool set_bind_port(struct head *head, const char *value)
{
	return set_port(head, value, &head->settings->addresses.bind_port);
}

static bool set_connect_port(struct head *head, const char *value)
{
	return set_port(head, value, &head->settings->addresses.connect_port);
}

static bool set_local(struct head *head, const char *value)
{
	head->local = value;
	return true;
}

static bool set_remote(struct head *head, const char *value)
{
	head->remote = value;
	return true;
}

static bool set_mtu(struct head *head, const char *value)
{
	int64_t number;

	if (!whole_number(value, MTU_LEAST, UINT16_MAX, &number, head->why))
		return false;
	head->settings->mtu = (uint32_t)number;
	return true;
}

static bool set_tolerance(struct head *head, const char *value)
{
	int64_t number;

	if (!whole_number(value, 1, 3600000000, &number, head->why))
		return false;
	head->settings->tolerance = nanos_from_us(number);
	return true;
}

/* Packets that the script sends and that are longer came in pieces of this size, which a
 * network card has merged. */
static bool set_mss(struct head *head, const char *value)
{
	int64_t number;

	if (!whole_number(value, 0, UINT16_MAX, &number, head->why))
		return false;
	head->settings->profile.merged_mss = (uint32_t)number;
	return true;
}

static bool set_tick(struct head *head, const char *value)
{
	int64_t number;

	if (!whole_number(value, 0, 1000000, &number, head->why))
		return false;
	head->settings->ts_tick = nanos_from_us(number);
	return true;
}

/* "packet,syscall" */
static bool set_non_fatal(struct head *head, const char *value)
{
	while (*value != '\0') {
		size_t len = strcspn(value, ", ");

		if (len == 6 && memcmp(value, "packet", 6) == 0)
			head->settings->non_fatal_packet = true;
		else if (len == 7 && memcmp(value, "syscall", 7) == 0)
			head->settings->non_fatal_call = true;
		else if (len > 0)
			return error_set(head->why, "it takes packet and syscall, not \"%.*s\"",
					 (int)len, value);
		value += len;
		value += strspn(value, ", ");
	}
	return true;
}

static bool set_init_scripts(struct head *head, const char *value)
{
	char path[256];

	while (*value != '\0') {
		size_t len = strcspn(value, ", ");
		struct text text = text_in(path, sizeof path);

		text_addf(&text, "%.*s", (int)(len < sizeof path ? len : sizeof path), value);
		if (len > 0 &&
		    command_apply(head->settings, NULL, 0, path, head->why) != SETTING_KNOWN)
			return false;
		value += len;
		value += strspn(value, ", ");
	}
	return true;
}

/* ---- the options ---- */

enum head_kind {
	OPTION_SETS,
	OPTION_IGNORED,     /* `reason`: why the script means the same without */
	OPTION_UNSUPPORTED, /* `reason`: what is missing */
	OPTION_FITS,        /* ignored where its value is one of those in `reason` */
};

struct option {
	const char *name;
	uint8_t kind;     /* enum head_kind */
	bool takes_value; /* otherwise it takes none */
	bool (*set)(struct head *head, const char *value);
	const char *reason;
};

static const struct option options[] = {
	{"ip_version", OPTION_SETS, true, set_ip_version, NULL},
	{"bind_port", OPTION_SETS, true, set_bind_port, NULL},
	{"connect_port", OPTION_SETS, true, set_connect_port, NULL},
	{"local_ip", OPTION_SETS, true, set_local, NULL},
	{"remote_ip", OPTION_SETS, true, set_remote, NULL},
	{"mtu", OPTION_SETS, true, set_mtu, NULL},
	{"mss", OPTION_SETS, true, set_mss, NULL},
	{"tolerance_usecs", OPTION_SETS, true, set_tolerance, NULL},
	{"tcp_ts_tick_usecs", OPTION_SETS, true, set_tick, NULL},
	{"non_fatal", OPTION_SETS, true, set_non_fatal, NULL},
	{"init_scripts", OPTION_SETS, true, set_init_scripts, NULL},
	{"define", OPTION_IGNORED, true, NULL, "the reader of the script has put it in"},
	{"gateway_ip", OPTION_IGNORED, true, NULL, "there is no router between the two"},
	{"netmask_ip", OPTION_IGNORED, true, NULL, "the two need no network"},
	{"speed", OPTION_IGNORED, true, NULL, "the link takes no time"},
	{"is_anyip", OPTION_IGNORED, false, NULL, "all addresses are the machine's own"},
	{"send_omit_free", OPTION_IGNORED, false, NULL, "what is sent is copied"},
	{"verbose", OPTION_IGNORED, false, NULL, "the command line says what is told"},
	{"debug", OPTION_IGNORED, false, NULL, "the command line says what is told"},
	{"code_command", OPTION_IGNORED, true, NULL, "no interpreter is called"},
	{"persistent_tun_dev", OPTION_IGNORED, false, NULL, "there is no TUN device"},
	{"tun_device", OPTION_IGNORED, true, NULL, "there is no TUN device"},
	{"code_format", OPTION_FITS, true, NULL, "python"},
	{"code_sockopt", OPTION_FITS, true, NULL, "TCP_INFO"},
	{"tolerance_percent", OPTION_FITS, true, NULL, "12.5"},
	{"tcp_ts_ecr_scaled", OPTION_UNSUPPORTED, false, NULL,
	 "echoed timestamps are not in ticks of their own"},
	{"strict_segments", OPTION_UNSUPPORTED, false, NULL, "segments are joined"},
	{"dry_run", OPTION_UNSUPPORTED, false, NULL, "a script that is not run shows nothing"},
	{"wire_client", OPTION_UNSUPPORTED, false, NULL, "there is no wire"},
	{"wire_server", OPTION_UNSUPPORTED, false, NULL, "there is no wire"},
	{"wire_server_ip", OPTION_UNSUPPORTED, true, NULL, "there is no wire"},
	{"wire_server_at", OPTION_UNSUPPORTED, true, NULL, "there is no wire"},
	{"wire_server_port", OPTION_UNSUPPORTED, true, NULL, "there is no wire"},
	{"wire_client_dev", OPTION_UNSUPPORTED, true, NULL, "there is no wire"},
	{"wire_server_dev", OPTION_UNSUPPORTED, true, NULL, "there is no wire"},
	{"so_filename", OPTION_UNSUPPORTED, true, NULL, "no other TCP is loaded"},
	{"so_flags", OPTION_UNSUPPORTED, true, NULL, "no other TCP is loaded"},
	{"udp_encaps", OPTION_UNSUPPORTED, true, NULL, "there is no TCP in UDP"},
};

enum { OPTION_COUNT = sizeof options / sizeof options[0] };

static const struct option *option_named(const char *name)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

static enum setting unknown_option(const char *name, struct error *why)
{
	const char *names[OPTION_COUNT];
	const char *meant;

	for (unsigned i = 0; i < OPTION_COUNT; i++)
		names[i] = options[i].name;
	meant = nearest(name, names, OPTION_COUNT);
	error_set(why, "there is no option --%s%s%s", name,
		  meant != NULL ? ": did you mean --" : "", meant != NULL ? meant : "");
	return SETTING_UNSUPPORTED;
}

static enum setting apply_option(struct head *head, const char *name, const char *value)
{
	const struct option *option = option_named(name);
	struct error *why = head->why;

	if (option == NULL)
		return unknown_option(name, why);
	if (option->takes_value != (value != NULL)) {
		error_set(why, "--%s takes %s value", name, option->takes_value ? "a" : "no");
		return SETTING_WRONG;
	}
	switch ((enum head_kind)option->kind) {
	case OPTION_IGNORED: return SETTING_KNOWN;
	case OPTION_SETS:
		if (option->set(head, value))
			return SETTING_KNOWN;
		return strcmp(name, "init_scripts") == 0 ? SETTING_UNSUPPORTED : SETTING_WRONG;
	case OPTION_FITS:
		if (strcmp(value, option->reason) == 0)
			return SETTING_KNOWN;
		error_set(why, "--%s=%s is not supported: only %s is", name, value, option->reason);
		return SETTING_UNSUPPORTED;
	case OPTION_UNSUPPORTED: break;
	}
	error_set(why, "--%s is not supported: %s", name, option->reason);
	return SETTING_UNSUPPORTED;
}

/* ---- what only we understand ---- */

static bool set_flag(const char *value, bool *flag, struct error *why)
{
	*flag = value == NULL || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
	return *flag || strcmp(value, "false") == 0 || strcmp(value, "0") == 0 ||
	       error_set(why, "it is true or false, not \"%s\"", value);
}

/* Any number of 64 bits. */
static bool set_seed(const char *value, uint64_t *seed, struct error *why)
{
	char *end;

	errno = 0;
	*seed = strtoull(value, &end, 10);
	return (value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0) ||
	       error_set(why,
			 "the seed is a whole number from 0 to 18446744073709551615, not "
			 "\"%s\"",
			 value);
}

/* "tcplab:" is cut off. The profile has been chosen. */
static enum setting apply_own(struct head *head, const char *name, const char *value)
{
	struct drill_settings *settings = head->settings;
	char setting[128];
	struct text text = text_in(setting, sizeof setting);

	if (strcmp(name, "profile") == 0)
		return SETTING_KNOWN;
	if (strcmp(name, "strict") == 0)
		return set_flag(value, &settings->strict, head->why) ? SETTING_KNOWN
								     : SETTING_WRONG;
	if (strcmp(name, "lax_push") == 0)
		return set_flag(value, &settings->lax_push, head->why) ? SETTING_KNOWN
								       : SETTING_WRONG;
	if (strcmp(name, "standing_read") == 0 && value != NULL && strcmp(value, "later") == 0) {
		settings->standing_read = true;
		settings->standing_later = true;
		return SETTING_KNOWN;
	}
	if (strcmp(name, "standing_read") == 0)
		return set_flag(value, &settings->standing_read, head->why) ? SETTING_KNOWN
									    : SETTING_WRONG;
	if (strcmp(name, "dump") == 0)
		return SETTING_KNOWN; /* of who runs it */
	if (value == NULL) {
		error_set(head->why, "%s takes a value", name);
		return SETTING_WRONG;
	}
	if (strcmp(name, "seed") == 0) {
		return set_seed(value, &settings->seed, head->why) ? SETTING_KNOWN : SETTING_WRONG;
	}
	text_addf(&text, "%s=%s", name, value);
	return profile_override(&settings->profile, setting, head->why) ? SETTING_KNOWN
									: SETTING_WRONG;
}

static const char *own_name(const struct script_option *option)
{
	return strncmp(option->name, "tcplab:", 7) == 0 ? option->name + 7 : NULL;
}

static enum setting choose_profile(struct head *head, const struct script_option *option)
{
	const char *name = own_name(option);

	if (name == NULL || strcmp(name, "profile") != 0)
		return SETTING_KNOWN;
	if (option->value != NULL && settings_use_profile(head->settings, option->value))
		return SETTING_KNOWN;
	error_set(head->why, "there is no profile \"%s\"",
		  option->value != NULL ? option->value : "");
	return SETTING_WRONG;
}

/* ---- all together ---- */

static bool take_address(const char *text, uint8_t version, struct address *out, struct error *why)
{
	char bare[ADDRESS_TEXT_MAX];
	struct text t = text_in(bare, sizeof bare);
	struct address address;

	if (text == NULL)
		return true;
	text_addf(&t, "%.*s", (int)(strcspn(text, "/") < sizeof bare ? strcspn(text, "/") : 0),
		  text);
	if (!address_parse(&address, bare) || address.version != version)
		return error_set(why, "\"%s\" is no IPv%u address", text, version);
	*out = address;
	return true;
}

static enum setting settle(struct head *head)
{
	struct drill_settings *settings = head->settings;
	bool v6 = settings->addresses.local.version == 6;

	if (head->version != NULL) {
		v6 = strcmp(head->version, "ipv6") == 0;
		settings->addresses.mapped = strcmp(head->version, "ipv4-mapped-ipv6") == 0;
		if (v6 != (settings->addresses.local.version == 6))
			use_addresses(settings, v6);
	}
	if (v6 && settings->mtu < MTU_LEAST_IPV6) {
		error_set(head->why, "--mtu=%u is less than IPv6 allows, %u", settings->mtu,
			  MTU_LEAST_IPV6);
		return SETTING_WRONG;
	}
	return take_address(head->local, v6 ? 6 : 4, &settings->addresses.local, head->why) &&
			       take_address(head->remote, v6 ? 6 : 4, &settings->addresses.remote,
					    head->why)
		       ? SETTING_KNOWN
		       : SETTING_WRONG;
}

static enum setting with_place(enum setting outcome, const struct script_option *option,
			       const struct error *what, struct error *why)
{
	if (outcome != SETTING_KNOWN && option == NULL)
		error_set(why, "%s", what->text);
	else if (outcome != SETTING_KNOWN)
		error_set(why, "%u:%u: --%s: %s", option->place.line, option->place.column,
			  option->name, what->text);
	return outcome;
}

enum setting settings_of_script(struct drill_settings *settings, const struct script *script,
				struct error *why)
{
	struct error what = {.text = ""};
	struct head head = {.settings = settings, .why = &what};
	enum setting outcome = SETTING_KNOWN;
	const struct script_option *option = NULL;

	for (uint32_t i = 0; i < script->option_count && outcome == SETTING_KNOWN; i++) {
		option = &script->options[i];
		outcome = choose_profile(&head, option);
	}
	for (uint32_t i = 0; i < script->option_count && outcome == SETTING_KNOWN; i++) {
		option = &script->options[i];
		outcome = own_name(option) != NULL
				  ? apply_own(&head, own_name(option), option->value)
				  : apply_option(&head, option->name, option->value);
	}
	if (outcome == SETTING_KNOWN)
		outcome = settle(&head);
	return with_place(outcome, option, &what, why);
}
