/* live_mark.h — of a run that goes on while it is shown: whether it does, whether its newest
 * step is here, what there is to be warned of, and how the link is that was changed by hand.
 *
 * It is cut from the left of whichever line has it: the lesson's toolbar, the projector's
 * timeline. */
#ifndef TCPLAB_VIZ_LIVE_MARK_H
#define TCPLAB_VIZ_LIVE_MARK_H

#include "viz/app_state.h"
#include "viz/widgets.h"

/* Nothing where the recording is no live run. */
void live_mark_draw(const struct ui *ui, const struct app *app, struct rect *rest);

#endif
