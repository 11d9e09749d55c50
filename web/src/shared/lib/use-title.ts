import { useEffect } from 'react'

const BRAND = 'Rapport'
/** The browser tab and what a screen reader says first after navigation. Every PageHeader does it. */
export function useTitle(title: string | undefined) {
  useEffect(() => {
    document.title = title ? `${title} · ${BRAND}` : BRAND
  }, [title])
}
