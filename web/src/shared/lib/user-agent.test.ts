import { expect, it } from 'vitest'
import { parseUserAgent } from './user-agent'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const known: [string, string | null, string | null, string][] = [
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/141.0.0.0 Safari/537.36`,
    'Chrome',
    'Windows',
    'desktop',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
    'Edge',
    'Windows',
    'desktop',
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Chrome/140.0 YaBrowser/25.8 Safari/537.36`,
    'Yandex Browser',
    'macOS',
    'desktop',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    'Safari',
    'macOS',
    'desktop',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox', 'Linux', 'desktop'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    'Safari',
    'iOS',
    'phone',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; Pixel 7) ${webkit} Chrome/141.0 Mobile Safari/537.36`,
    'Chrome',
    'Android',
    'phone',
  ],
  [`Mozilla/5.0 (Linux; Android 14; SM-X710) ${webkit} Chrome/141.0 Safari/537.36`, 'Chrome', 'Android', 'tablet'],
  ['curl/8.5.0', 'curl', null, 'program'],
  ['python-requests/2.32', 'python-requests', null, 'program'],
  ['something else', null, null, 'desktop'],
]
it.each(known)('%s', (ua, browser, system, kind) => expect(parseUserAgent(ua)).toEqual({ browser, system, kind }))
it('knows nothing of a missing one', () => expect(parseUserAgent(null).browser).toBeNull())
