export const cardCls = 'rounded-lg bg-card p-4 shadow-card'
/** Four tiles, or six with those of deals. */
export const tilesCls = (deals: boolean) =>
  deals ? 'grid grid-cols-2 gap-3 lg:grid-cols-3' : 'grid grid-cols-2 gap-3 xl:grid-cols-4'
