/** By itself, for links that look like tabs (saved views, settings): `<Link className={tabCls} activeProps={{ 'data-active': '' }}>`. */
export const tabCls =
  'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2 text-sm font-medium whitespace-nowrap text-muted select-none any-pointer-coarse:h-9 hover:bg-hover data-[active]:bg-active data-[active]:text-fg'
