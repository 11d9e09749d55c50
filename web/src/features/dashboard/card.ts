export const cardCls = 'rounded-lg bg-card p-4 shadow-card'
