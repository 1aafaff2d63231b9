#include "live/actor.h"

#include <string.h>

void actor_waits(struct actor *actor, nanos now)
{
	nanos deadline;

	while ((deadline = host_next_deadline(actor->host)) <= now)
		host_timeouts(actor->host, deadline);
}

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	struct actor *actor = link;

	actor->sends(actor->who, now, parcel->bytes, parcel->len, parcel->packet);
	parcel_give_back(&actor->pool, parcel);
}

void actor_begin(struct actor *actor, const struct actor_setup *setup, struct recording *recording)
{
	struct host_setup own = {
		.name = setup->name,
		.profile = setup->profile,
		.seed = setup->seed,
		.recording = recording,
		.mtu = setup->mtu,
		.forgetful = true,
	};
	struct host_link link = {.link = actor, .transmit = transmit, .pool = &actor->pool};

	memcpy(own.addresses, setup->addresses, sizeof own.addresses);
	*actor = (struct actor){.pool = parcel_pool_of(setup->mtu)};
	actor->host = host_new(&own);
	host_set_link(actor->host, &link);
}

void actor_end(struct actor *actor)
{
	host_free(actor->host);
	parcel_pool_free(&actor->pool);
}

static enum call_answer call(struct actor *actor, const struct input *input, uint8_t *out,
			     struct actor_answer *answer)
{
	struct host *host = actor->host;

	switch ((enum input_kind)input->kind) {
	case INPUT_LOSE_NEXT:
	case INPUT_DELAY:
	case INPUT_LOSS: /* there is no virtual network */
	case INPUT_DATAGRAM: break;
	case INPUT_OPEN_ACTIVE:
		return host_open_active_from(host, input->time, &input->local, &input->remote,
					     &answer->conn);
	case INPUT_OPEN_PASSIVE:
		return host_open_passive(host, input->time, &input->local, 0, &answer->conn);
	case INPUT_SEND:
		return host_send(host, input->time, input->conn, input->octets, input->len, 0,
				 &answer->taken);
	case INPUT_RECEIVE:
		return host_receive(host, input->time, input->conn, out, input->len,
				    &answer->taken);
	case INPUT_CLOSE: return host_close(host, input->time, input->conn);
	case INPUT_CLOSE_BOTH: return host_close_both(host, input->time, input->conn);
	case INPUT_ABORT: return host_abort(host, input->time, input->conn);
	}
	return CALL_OK;
}

struct actor_answer actor_takes(struct actor *actor, const struct input *input, uint32_t packet,
				uint8_t *out)
{
	struct actor_answer answer = {.conn = EVENT_NONE};

	actor_waits(actor, input->time);
	if (input->kind == INPUT_DATAGRAM)
		host_arrives(actor->host, input->time, input->octets, input->len, packet);
	else
		answer.call = call(actor, input, out, &answer);
	return answer;
}
