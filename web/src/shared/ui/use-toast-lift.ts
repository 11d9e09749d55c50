import { useEffect } from 'react'

/** Toasts leave room for what floats at the bottom of the page (a bulk bar, the phone's round button). */
export function useToastLift(px: number) {
  useEffect(() => {
    if (px === 0) return
    const { style } = document.documentElement
    style.setProperty('--toast-lift', `${px}px`)
    return () => void style.removeProperty('--toast-lift')
  }, [px])
}
