/** All cards are equally high: where a drop goes follows from it, and long columns cost nothing. In CSS pixels. */
export const CARD_H = 116
export const GAP = 8
export const PAD = 2
