import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'

for (const theme of ['light', 'dark'] as const)
  for (const path of ['/signin', '/signup'])
    test(`${path} has no WCAG 2.2 AA violations in ${theme}`, async ({ page }) => {
      await page.addInitScript((t) => localStorage.setItem('rapport.theme', t), theme)
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      const r = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
      expect(r.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([])
    })

test('a visitor is sent to sign in and back', async ({ page }) => {
  await page.goto('/contacts?search=anna')
  await expect(page).toHaveURL(/\/signin\?next=/)
  expect(new URL(page.url()).searchParams.get('next')).toBe('/contacts?search=anna')
})

test('text files come compressed as they were built @desktop', async ({ page }) => {
  const encodings = new Map<string, string | undefined>()
  page.on('response', (r) => encodings.set(new URL(r.url()).pathname, r.headers()['content-encoding']))
  await page.goto('/signin')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const large = [...encodings].filter(([path]) => /^\/assets\/(react|index)-.*\.(js|css)$/.test(path))
  expect(large.length).toBeGreaterThan(1)
  expect(large.filter(([, encoding]) => encoding !== 'br')).toEqual([])
})
