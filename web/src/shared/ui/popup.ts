/** Surface and row of menus, selects and comboboxes. */
export const popupCls = 'popup-anim rounded-lg bg-raised p-1 text-fg shadow-pop outline-none'
export const popupItemCls =
  'flex min-h-7 items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none select-none any-pointer-coarse:min-h-9 data-[highlighted]:bg-hover data-[disabled]:opacity-50 [&_svg]:shrink-0 [&_svg]:text-subtle'
