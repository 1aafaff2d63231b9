/* A system call of a script: "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
 * "...0.5 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)". */
#include <string.h>

#include "script/script_inside.h"
#include "script/symbols.h"

/* "(Connection refused)", "(flags O_RDWR|O_NONBLOCK)": any text. */
static bool read_note(struct script_reader *r, struct system_call *call)
{
	if (!script_is_mark(r, '('))
		return true;
	if (!script_want_text_until(r, ')', "the note"))
		return false;
	call->note = script_copy(r);
	script_next(r);
	return script_want_mark(r, ')', "a ) behind the note");
}

static bool read_error(struct script_reader *r, struct system_call *call)
{
	int64_t value;

	if (r->token.kind != TOKEN_WORD)
		return true;
	call->error = script_copy(r);
	if (!symbol_value(call->error, &value) || !symbol_errno((int32_t)value) ||
	    call->error[0] != 'E' || strncmp(call->error, "EPOLL", 5) == 0)
		return script_refuse(r, r->token.place,
				     "\"%.24s\" is no error's name: expected one such as EAGAIN "
				     "or ECONNREFUSED",
				     call->error);
	script_next(r);
	return true;
}

struct system_call *script_read_call(struct script_reader *r)
{
	struct system_call *call = script_memory_take(r->memory, sizeof *call);

	if (r->token.kind == TOKEN_ELLIPSIS) {
		call->blocks = true;
		script_next(r);
		if (!script_read_until(r, &call->until))
			return NULL;
	}
	if (r->token.kind != TOKEN_WORD) {
		script_expected(r, "the name of a system call");
		return NULL;
	}
	call->name = script_copy(r);
	script_next(r);
	if (!script_want_mark(r, '(', "a ( and the arguments of the system call") ||
	    !script_read_list(r, ')', &call->arguments, &call->argument_count) ||
	    !script_want_mark(r, '=', "= and what the system call should answer"))
		return NULL;
	call->result = script_read_expression(r);
	if (!call->result || !read_error(r, call) || !read_note(r, call))
		return NULL;
	return r->failed ? NULL : call;
}
