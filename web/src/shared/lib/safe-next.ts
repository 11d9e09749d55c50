/** Where to go after signing in: a path of this app only, never another origin. */
export function safeNext(next: unknown): string | undefined {
  if (typeof next !== 'string' || !next.startsWith('/') || next.startsWith('//') || next.includes('\\'))
    return undefined
  return /^\/sign(in|up)\b/.test(next) ? undefined : next
}
