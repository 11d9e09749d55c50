import { expect, type Locator, type Page } from '@playwright/test'
import { call } from './api'

type Stage = { id: string; name: string; kind: 'open' | 'won' | 'lost'; version: number }
export type PipelineOf = { id: string; stages: Stage[] }

export async function pipelineOf(page: Page): Promise<PipelineOf> {
  const all = () => call<{ items: PipelineOf[] }>(page, 'GET', '/api/pipeline').then((r) => r.items)
  // The first one is made in the moment after an organization was founded.
  await expect.poll(async () => (await all()).length).toBeGreaterThan(0)
  return (await all())[0] as PipelineOf
}
export const stageNamed = (p: PipelineOf, name: string) => p.stages.find((s) => s.name === name) as Stage
/** Numbers of deals in one stage, the last one on top. */
export async function addDeals(page: Page, stage: string, titles: readonly string[], more: object = {}) {
  const pipeline = await pipelineOf(page)
  const stageId = stageNamed(pipeline, stage).id
  const ids: string[] = []
  for (const title of titles) {
    const deal = await call<{ id: string }>(page, 'POST', '/api/crm/deals', { title, stageId, ...more })
    ids.push(deal.id)
  }
  return ids
}
export const dealNow = (page: Page, id: string) => call<Record<string, unknown>>(page, 'GET', `/api/crm/deals/${id}`)

export const column = (page: Page, stage: string): Locator => page.getByRole('region', { name: stage, exact: true })
export const card = (page: Page, title: string): Locator =>
  page.getByRole('article').filter({ has: page.getByRole('link', { name: new RegExp(`^${title}`) }) })
export const titlesIn = (page: Page, stage: string) =>
  column(page, stage)
    .getByRole('article')
    .getByRole('link')
    .evaluateAll((links) => links.map((a) => a.firstChild?.textContent ?? ''))

/** Drags as a hand does: the browser wants to see the pointer move. */
export async function dragOver(page: Page, what: Locator, to: () => Promise<{ x: number; y: number }>) {
  const from = await what.boundingBox()
  if (!from) throw new Error('what is dragged is not on screen')
  await page.mouse.move(from.x + 60, from.y + 45)
  await page.mouse.down()
  await page.mouse.move(from.x + 70, from.y + 55, { steps: 3 })
  const { x, y } = await to()
  await page.mouse.move(x - 5, y, { steps: 6 })
  await page.mouse.move(x, y, { steps: 2 })
}
export async function dragCard(page: Page, title: string, to: () => Promise<{ x: number; y: number }>) {
  await dragOver(page, card(page, title), to)
  await page.mouse.up()
}
export const middleOf = (target: Locator, dy?: number) => async () => {
  await expect(target).toBeVisible()
  const box = await target.boundingBox()
  if (!box) throw new Error('the target is not on screen')
  return { x: box.x + box.width / 2, y: box.y + (dy ?? box.height / 2) }
}

/** A finger: pressed long on a card, moved, and held where the board has to scroll, before it lets go. */
export async function touchDrag(page: Page, what: Locator, path: readonly (() => Promise<{ x: number; y: number }>)[]) {
  const cdp = await page.context().newCDPSession(page)
  const box = await what.boundingBox()
  if (!box) throw new Error('what is dragged is not on screen')
  let at = { x: box.x + box.width / 2, y: box.y + 20 }
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', p?: { x: number; y: number }) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: p ? [p] : [] })
  await send('touchStart', at)
  await expect(page.locator('.drag-ghost')).toBeVisible()
  for (const next of path) {
    const to = await next()
    for (let i = 1; i <= 5; i++)
      await send('touchMove', { x: at.x + ((to.x - at.x) * i) / 5, y: at.y + ((to.y - at.y) * i) / 5 })
    at = to
  }
  await send('touchEnd')
}
