#include "wire/ecn.h"

#include <assert.h>

#include "base/bytes.h"

const char *ecn_codepoint_name(enum ecn_codepoint codepoint)
{
	static const char *const names[] = {
		[NOT_ECT] = "Not-ECT",
		[ECT1] = "ECT(1)",
		[ECT0] = "ECT(0)",
		[CE] = "CE",
	};

	assert(codepoint <= CE);
	return names[codepoint];
}

enum ecn_codepoint ecn_of_datagram(const uint8_t *datagram)
{
	bool v4 = datagram[0] >> 4 == 4;

	return (enum ecn_codepoint)((v4 ? datagram[1] : datagram[1] >> 4) & ECN_MASK);
}

/* HC' = ~(~HC + ~m + m'), RFC 1624 (3), of which ~m + m' is what was added. */
static void add_to_ipv4(uint8_t *datagram, uint8_t added)
{
	uint32_t sum = (uint16_t)~get_be16(datagram + 10) + (uint32_t)added;

	datagram[1] = (uint8_t)(datagram[1] + added);
	put_be16(datagram + 10, (uint16_t) ~((sum & 0xffff) + (sum >> 16)));
}

void ecn_mark_datagram(uint8_t *datagram)
{
	uint8_t added = (uint8_t)(CE - ecn_of_datagram(datagram));

	if (datagram[0] >> 4 == 4)
		add_to_ipv4(datagram, added);
	else
		datagram[1] = (uint8_t)(datagram[1] | CE << 4);
}
