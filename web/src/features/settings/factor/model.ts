/** In fours, as one reads a secret aloud or types it off a screen. */
export const inFours = (secret: string) => secret.match(/.{1,4}/g)?.join(' ') ?? secret

/** What goes to the clipboard, the file and the paper: whose codes these are, and the codes. */
export function codesText(title: string, whose: string, codes: readonly string[]): string {
  return `${title}\n${whose}\n\n${codes.join('\n')}\n`
}

/** Saves a text as a file of this name. */
export function saveText(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
