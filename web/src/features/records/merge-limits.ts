/** How many records become one. By itself: lists only ask whether they may. */
export const MIN_MERGE = 2
export const MAX_MERGE = 10
export const mayMergeSo = (count: number) => count >= MIN_MERGE && count <= MAX_MERGE
