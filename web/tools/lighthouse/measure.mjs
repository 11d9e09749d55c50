// Lighthouse scores of the sign-in page and, signed in, of the list of contacts. Ends with 1 where one is too low.
// Called by scripts/lighthouse, which says how.
import lighthouse, { desktopConfig } from 'lighthouse'
import puppeteer from 'puppeteer-core'

const [base, email, password] = process.argv.slice(2)
const LEAST = { accessibility: 95, 'best-practices': 95 }
const SHOWN = ['performance', ...Object.keys(LEAST)]
const DEVICES = { phone: undefined, desktop: desktopConfig }

const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] })
let tooLow = false

async function measure(page, path, device) {
  const flags = { onlyCategories: SHOWN, disableStorageReset: true, logLevel: 'error' }
  const { lhr } = await lighthouse(`${base}${path}`, flags, DEVICES[device], page)
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message)
  const arrived = new URL(lhr.finalDisplayedUrl).pathname
  if (arrived !== path) throw new Error(`${path} led to ${arrived}`)
  const scores = SHOWN.map((id) => [id, Math.round(lhr.categories[id].score * 100)])
  console.log(`${path.padEnd(10)} ${device.padEnd(8)} ${scores.map(([id, n]) => `${id} ${n}`).join('  ')}`)
  for (const [id, score] of scores) {
    if (!(score < LEAST[id])) continue
    tooLow = true
    for (const { id: audit } of lhr.categories[id].auditRefs) {
      const { score, title, details } = lhr.audits[audit]
      if (score === null || score >= 1) continue
      console.log(`  ${audit}: ${title}`)
      for (const item of details?.items ?? []) console.log(`    ${item.node?.snippet ?? JSON.stringify(item)}`)
    }
  }
}

async function signIn(page) {
  await page.goto(`${base}/signin`)
  const status = await page.evaluate(
    async (credentials) => {
      const headers = { 'Content-Type': 'application/json', 'X-Session-Mode': 'cookie' }
      return (await fetch('/api/auth/signin', { method: 'POST', headers, body: JSON.stringify(credentials) })).status
    },
    { email, password },
  )
  if (status !== 200) throw new Error(`Signing in as ${email} was answered with ${status}`)
}

try {
  const page = await browser.newPage()
  for (const device of Object.keys(DEVICES)) await measure(page, '/signin', device)
  await signIn(page)
  for (const device of Object.keys(DEVICES)) await measure(page, '/contacts', device)
} finally {
  await browser.close()
}
process.exit(tooLow ? 1 : 0)
