import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ShownTip } from './tooltip-host'

/** The tip itself. Lazy: positioning weighs more than a page's own code. */
export default function TooltipPopup({ open, anchor, label, keys, side }: ShownTip & { open: boolean }) {
  return (
    <Base.Root open={open}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={6} side={side} className="z-50">
          <Base.Popup
            data-tip-popup=""
            className="popup-anim flex items-center gap-2 rounded-md bg-inverse px-2 py-1 text-xs text-inverse-fg shadow-pop"
          >
            {label}
            {keys && <span className="text-inverse-muted">{keys}</span>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
