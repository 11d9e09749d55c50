import { useEffect } from 'react'

const BRAND = 'Rapport'
let count = 0
let page: string | undefined
function show() {
  document.title = `${count > 0 ? `(${count}) ` : ''}${page ? `${page} · ` : ''}${BRAND}`
}
/** How much is new, before the name of every page. */
export function setTitleCount(n: number) {
  count = n
  show()
}
/** The browser tab and what a screen reader says first after navigation. Every PageHeader does it. */
export function useTitle(title: string | undefined) {
  useEffect(() => {
    page = title
    show()
  }, [title])
}
