export type Device = {
  browser: string | null
  system: string | null
  kind: 'desktop' | 'phone' | 'tablet' | 'program'
}

// The order matters: everybody claims to be Safari, Chrome or Mozilla as well.
const BROWSERS: [string, RegExp][] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\/|\bOpera\b/],
  ['Yandex Browser', /\bYaBrowser\//],
  ['Vivaldi', /\bVivaldi\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Chromium', /\bChromium\//],
  ['Safari', /\bVersion\/[\d.]+.*\bSafari\//],
]
const SYSTEMS: [string, RegExp][] = [
  ['iPadOS', /\biPad\b/],
  ['iOS', /\biPhone\b|\biPod\b/],
  ['Android', /\bAndroid\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b|\bMacintosh\b/],
  ['Linux', /\bLinux\b|\bX11\b/],
]
const PROGRAM =
  /^(curl|wget|python-requests|python-urllib|go-http-client|postmanruntime|insomnia|okhttp|node|axios|httpie|java|reqwest)\b[/ ]?([\d.]+)?/i
const first = (of: [string, RegExp][], ua: string) => of.find(([, is]) => is.test(ua))?.[0] ?? null

/** Enough to recognise one's own device by. No version: it says nothing to a person and ages. */
export function parseUserAgent(ua: string | null | undefined): Device {
  if (!ua) return { browser: null, system: null, kind: 'program' }
  const program = PROGRAM.exec(ua)
  if (program) return { browser: program[1] ?? null, system: null, kind: 'program' }
  const system = first(SYSTEMS, ua)
  const phone = /\bMobile\b|\biPhone\b|\biPod\b/.test(ua)
  const tablet = system === 'iPadOS' || (system === 'Android' && !phone)
  return { browser: first(BROWSERS, ua), system, kind: tablet ? 'tablet' : phone ? 'phone' : 'desktop' }
}
