/* option_values.h — what is given to an option, read into args. For options.c alone.
 *
 * Each is false, and a sentence, where the value is none that the option takes. */
#ifndef TCPLAB_VIZ_OPTION_VALUES_H
#define TCPLAB_VIZ_OPTION_VALUES_H

#include "viz/args.h"

bool take_seed(struct args *args, const char *value, struct error *err);
bool take_step(struct args *args, const char *value, struct error *err);
bool take_conn(struct args *args, const char *value, struct error *err);
bool take_for(struct args *args, const char *value, struct error *err);
bool take_memory(struct args *args, const char *value, struct error *err);
bool take_size(struct args *args, const char *value, struct error *err);
bool take_theme(struct args *args, const char *value, struct error *err);
bool take_color(struct args *args, const char *value, struct error *err);
bool take_play(struct args *args, const char *value, struct error *err);
bool take_side(struct args *args, const char *value, struct error *err);
bool take_set(struct args *args, const char *value, struct error *err);
bool take_output(struct args *args, const char *value, struct error *err);
bool take_ui_script(struct args *args, const char *value, struct error *err);
bool take_via(struct args *args, const char *value, struct error *err);
bool take_profile(struct args *args, const char *value, struct error *err);
bool take_address(struct args *args, const char *value, struct error *err);
bool take_interface(struct args *args, const char *value, struct error *err);
bool take_loss(struct args *args, const char *value, struct error *err);
bool take_duplication(struct args *args, const char *value, struct error *err);
bool take_reordering(struct args *args, const char *value, struct error *err);
bool take_save(struct args *args, const char *value, struct error *err);
bool take_serve(struct args *args, const char *value, struct error *err);
bool take_to(struct args *args, const char *value, struct error *err);
bool take_command(struct args *args, const char *value, struct error *err);
bool take_real(struct args *args, const char *value, struct error *err);
bool take_late_bound(struct args *args, const char *value, struct error *err);
bool take_define(struct args *args, const char *value, struct error *err);
bool take_junit(struct args *args, const char *value, struct error *err);
bool take_ip_version(struct args *args, const char *value, struct error *err);
bool take_tolerance(struct args *args, const char *value, struct error *err);
bool take_jobs(struct args *args, const char *value, struct error *err);

#endif
