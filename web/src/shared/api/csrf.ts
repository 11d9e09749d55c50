/** The readable companion of the HttpOnly session cookie: `rapport_csrf`, `__Host-rapport_csrf` on https. */
export function csrfToken(cookies = document.cookie): string | null {
  let plain: string | null = null
  for (const part of cookies.split('; ')) {
    const eq = part.indexOf('=')
    const name = part.slice(0, eq)
    if (name === '__Host-rapport_csrf') return decodeURIComponent(part.slice(eq + 1))
    if (name === 'rapport_csrf') plain = decodeURIComponent(part.slice(eq + 1))
  }
  return plain
}
