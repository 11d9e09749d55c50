import { type CDPSession, expect, type Page, test } from '@playwright/test'
import { CARD_H, GAP } from '../../src/features/pipeline/geometry'
import { signUp } from '../support/api'
import { card, column, middleOf, pipelineOf } from '../support/deals'

const DEALS = Number(process.env['BOARD_DEALS'] ?? 10_000)
/** Over how many open stages they are spread: 1 puts them all into one column. */
const COLUMNS = Number(process.env['BOARD_COLUMNS'] ?? 5)
const SECONDS = 5

/** Deals in the first open stages, the same number in each; sent by the page itself, which is quicker than from outside. */
async function fill(page: Page) {
  const pipeline = await pipelineOf(page)
  const stages = pipeline.stages.filter((s) => s.kind === 'open')
  const into = stages.slice(0, COLUMNS).map((s) => s.id)
  const csrf = (await page.context().cookies()).find((c) => c.name.endsWith('rapport_csrf'))?.value ?? ''
  const send = async ({ stages, csrf, count }: { stages: string[]; csrf: string; count: number }) => {
    const headers = { 'Content-Type': 'application/json', 'X-Session-Mode': 'cookie', 'X-CSRF-Token': csrf }
    const one = async (n: number) => {
      const body = { title: `Deal ${n}`, amountMinor: n * 100, stageId: stages[n % stages.length] }
      const answer = await fetch('/api/crm/deals', { method: 'POST', headers, body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`a deal was answered with ${answer.status}`)
    }
    for (let n = 0; n < count; n += 20) await Promise.all(Array.from({ length: 20 }, (_, k) => one(n + k)))
  }
  await page.goto('/')
  for (let left = DEALS; left > 0; left -= 1000)
    await page.evaluate(send, { stages: into, csrf, count: Math.min(left, 1000) })
}

/** When the first card is there, and a frame later on screen. */
async function firstCard(page: Page) {
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector('article')) requestAnimationFrame(() => performance.mark('first-card'))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto('/pipeline')
  await expect(page.getByRole('article').first()).toBeVisible()
  return page.evaluate(() => {
    const at = (name: string) => Math.round(performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN)
    const board = performance.getEntriesByType('resource').find((r) => /\/api\/pipeline\/[^/]+\/board/.test(r.name))
    return {
      firstPaint: at('first-contentful-paint'),
      firstCard: at('first-card'),
      boardAnswer: Math.round(board?.duration ?? Number.NaN),
    }
  })
}

/** Has the page draw something in each frame: a browser draws none in which nothing has changed. */
function keepDrawing(page: Page) {
  return page.evaluate(() => {
    const dot = document.body.appendChild(document.createElement('i'))
    dot.style.cssText = 'position:fixed;bottom:0;right:0;width:2px;height:2px;pointer-events:none'
    let odd = false
    const draw = () => {
      odd = !odd
      dot.style.background = odd ? 'red' : 'blue'
      requestAnimationFrame(draw)
    }
    requestAnimationFrame(draw)
  })
}

type Frame = { name: string; ts: number }
async function traced(cdp: CDPSession, during: () => Promise<void>) {
  const frames: number[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as Frame[]) if (event.name === 'DrawFrame') frames.push(event.ts / 1000)
  })
  const categories = 'devtools.timeline,disabled-by-default-devtools.timeline.frame'
  await cdp.send('Tracing.start', { categories, transferMode: 'ReportEvents' })
  await during()
  const complete = new Promise((done) => cdp.once('Tracing.tracingComplete', done))
  await cdp.send('Tracing.end')
  await complete
  frames.sort((a, b) => a - b)
  const gaps = frames.slice(1).map((at, n) => at - (frames[n] ?? at))
  gaps.sort((a, b) => a - b)
  const share = (of: number) => Math.round(gaps[Math.floor(gaps.length * of)] ?? Number.NaN)
  const span = (frames.at(-1) ?? 0) - (frames[0] ?? 0)
  return { perSecond: Math.round((gaps.length / span) * 1000), p50: share(0.5), p95: share(0.95), worst: share(0.999) }
}

/** Scrolls down until every card of the first column has been fetched, then up again; milliseconds it took. */
async function toTheEnd(page: Page) {
  const start = Date.now()
  await page
    .locator('[data-stage] ul')
    .first()
    .evaluate(
      (cards, height) =>
        new Promise<void>((done) => {
          const list = cards.parentElement as HTMLElement
          const step = () => {
            list.scrollTop = list.scrollHeight
            if (cards.clientHeight < height) return requestAnimationFrame(step)
            list.scrollTop = 0
            return done()
          }
          step()
        }),
      DEALS * (CARD_H + GAP),
    )
  return Date.now() - start
}

test('the board', async ({ page }) => {
  test.setTimeout(300_000)
  await signUp(page)
  await fill(page)
  await page.goto('/')
  const cold = await firstCard(page)
  const warm = await firstCard(page)
  process.stdout.write(
    `\nboard of ${DEALS} deals in ${COLUMNS} columns, ms: first visit ${JSON.stringify(cold)} second ${JSON.stringify(warm)}\n`,
  )

  if (COLUMNS === 1) process.stdout.write(`\nfetched to the last card in ${await toTheEnd(page)} ms\n`)
  await keepDrawing(page)
  const idle = await traced(await page.context().newCDPSession(page), () => page.waitForTimeout(2000))
  process.stdout.write(`\nnothing but drawing, frames: ${JSON.stringify(idle)}\n`)
  const what = page.getByRole('article').first()
  const from = await what.boundingBox()
  const target = await middleOf(column(page, 'Proposal'))()
  if (!from) throw new Error('no card is on screen')
  const frames = await traced(await page.context().newCDPSession(page), async () => {
    await page.mouse.move(from.x + 60, from.y + 45)
    await page.mouse.down()
    const end = Date.now() + SECONDS * 1000
    while (Date.now() < end) {
      await page.mouse.move(target.x, target.y, { steps: 60 })
      await page.mouse.move(from.x + 60, from.y + 90, { steps: 60 })
    }
    await page.mouse.move(target.x, target.y, { steps: 10 })
    await page.mouse.up()
  })
  process.stdout.write(`\ndragging, frames: ${JSON.stringify(frames)}\n`)

  const scrolled = await traced(await page.context().newCDPSession(page), async () => {
    await page.mouse.move(target.x, target.y)
    const end = Date.now() + SECONDS * 1000
    while (Date.now() < end) await page.mouse.wheel(0, 120)
  })
  process.stdout.write(`\nscrolling a column, frames: ${JSON.stringify(scrolled)}\n`)
  await expect(card(page, 'Deal').first()).toBeVisible()
})
