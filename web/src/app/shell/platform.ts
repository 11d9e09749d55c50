const mac = /Mac|iPhone|iPad/.test(navigator.platform)

/** `⌘K` on a Mac, `Ctrl K` elsewhere. */
export const commandKey = (key: string) => (mac ? `⌘${key}` : `Ctrl ${key}`)
