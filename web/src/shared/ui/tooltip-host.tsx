import { lazy, Suspense, useEffect, useState } from 'react'
import type { TipSide } from './tooltip'

export type ShownTip = { anchor: HTMLElement; label: string; keys?: string; side: TipSide }
const TooltipPopup = lazy(() => import('./tooltip-popup'))
const DELAY_MS = 350
/** Long enough to get from the control to its tip, and from one control to the next. */
const GRACE_MS = 120

/** Shows the tip of whatever carries one (`tipProps`). One for the page, and what it is made of comes with the first tip. */
export function TooltipHost() {
  const [tip, setTip] = useState<ShownTip | null>(null)
  const [open, setOpen] = useState(false)
  useEffect(
    () =>
      watchTips((found) => {
        setOpen(found !== null)
        if (found) setTip(found)
      }),
    [],
  )
  return <Suspense>{tip && <TooltipPopup open={open} {...tip} />}</Suspense>
}

function watchTips(show: (tip: ShownTip | null) => void) {
  const off = new AbortController()
  const on = { capture: true, signal: off.signal }
  let shown: HTMLElement | null = null
  let timer = 0
  const after = (ms: number, anchor: HTMLElement | null) => {
    clearTimeout(timer)
    timer = window.setTimeout(() => {
      shown = anchor?.isConnected ? anchor : null
      show(shown && readTip(shown))
    }, ms)
  }
  const away = () => after(shown ? GRACE_MS : 0, null)
  const close = () => after(0, null)
  document.addEventListener(
    'pointerover',
    (e) => {
      if (e.pointerType === 'touch' || !(e.target instanceof Element)) return
      const anchor = e.target.closest<HTMLElement>('[data-tip]')
      const onTip = shown !== null && e.target.closest('[data-tip-popup]') !== null
      if (onTip || (anchor && anchor === shown)) clearTimeout(timer)
      else if (anchor) after(shown ? GRACE_MS : DELAY_MS, anchor)
      else away()
    },
    on,
  )
  document.documentElement.addEventListener('pointerleave', away, { signal: off.signal })
  document.addEventListener(
    'focusin',
    (e) => {
      if (e.target instanceof HTMLElement && e.target.dataset['tip'] && e.target.matches(':focus-visible'))
        after(0, e.target)
    },
    on,
  )
  document.addEventListener('focusout', away, on)
  document.addEventListener('pointerdown', close, on)
  document.addEventListener('keydown', (e) => e.key !== 'Tab' && shown && close(), on)
  return () => {
    clearTimeout(timer)
    off.abort()
  }
}

function readTip(anchor: HTMLElement): ShownTip {
  const { tip = '', tipKeys, tipSide } = anchor.dataset
  return { anchor, label: tip, keys: tipKeys, side: (tipSide as TipSide | undefined) ?? 'bottom' }
}
