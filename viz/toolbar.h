/* toolbar.h — the line above the page: title on the left, buttons on the
 * right. Each button's group is named after its action. */
#ifndef TCPLAB_VIZ_TOOLBAR_H
#define TCPLAB_VIZ_TOOLBAR_H

#include "viz/app_state.h"
#include "viz/widgets.h"

void toolbar_draw(const struct ui *ui, const struct app *app, struct rect area);

#endif
