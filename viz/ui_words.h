/* ui_words.h — for ui_*.c alone. */
#ifndef TCPLAB_VIZ_UI_WORDS_H
#define TCPLAB_VIZ_UI_WORDS_H

/* nearest() among a list that ends with NULL. */
const char *nearest_word(const char *wrong, const char *const *words);

#endif
