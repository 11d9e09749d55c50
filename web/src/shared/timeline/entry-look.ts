/** A rail leads from each entry to the next of its day. */
export const entryCls =
  'relative flex gap-3 text-sm not-last:before:absolute not-last:before:top-6 not-last:before:-bottom-3 not-last:before:left-3 not-last:before:w-px not-last:before:bg-line'
