/** Starts a browser download of a GET route (CSV export, error file): the cookie goes along, nothing is held in memory. */
export function download(path: string, query: Record<string, string | undefined> = {}) {
  const q = new URLSearchParams(Object.entries(query).filter((e): e is [string, string] => e[1] !== undefined))
  const a = document.createElement('a')
  a.href = q.size > 0 ? `${path}?${q}` : path
  a.download = ''
  document.body.append(a)
  a.click()
  a.remove()
}
