import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { expectAccessible } from './support/page'

const CSV = join(import.meta.dirname, '../../services/crm/tests/data/csv')

/** What each program’s export holds: rows that are records or blanks, one person with Cyrillic letters, what is refused. */
const FILES = [
  { file: 'amocrm_cp1251.csv', rows: 70, encoding: /1251/, person: 'Щербаков' },
  { file: 'bitrix24.csv', rows: 70, encoding: /UTF-8/, person: 'Щербаков' },
  { file: 'excel_unicode_text.csv', rows: 30, encoding: /UTF-16/, person: 'Щербаков' },
  { file: 'google_contacts.csv', rows: 60, encoding: /UTF-8/, person: 'Щербаков' },
  { file: 'hubspot.csv', rows: 120, encoding: /UTF-8/, person: 'Щербаков' },
  { file: 'linkedin_connections.csv', rows: 80, encoding: /UTF-8/, person: 'Юрьева' },
  { file: 'outlook.csv', rows: 40, encoding: /UTF-8/, person: 'Kowalska' },
  { file: 'awkward.csv', rows: 13, encoding: /UTF-8/, person: 'Plain Row' },
] as const

async function total(page: Page, kind = 'contacts') {
  return (await call<{ page: { total: number } }>(page, 'GET', `/api/crm/${kind}?limit=1`)).page.total
}
async function first(page: Page) {
  return (await call<{ items: object[] }>(page, 'GET', '/api/crm/contacts')).items[0]
}

type Upload = string | { name: string; mimeType: string; buffer: Buffer }
const text = (name: string, content: string): Upload => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
async function choose(page: Page, file: Upload) {
  await page.goto('/import')
  await page.locator('input[type=file]').setInputFiles(typeof file === 'string' ? join(CSV, file) : file)
}
async function upload(page: Page, file: Upload) {
  await choose(page, file)
  await expect(page).toHaveURL(/\/import\/.+/)
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
}
const next = (page: Page) => page.getByRole('button', { name: /^(Next|Далее): / }).click()
async function start(page: Page) {
  await page.getByRole('button', { name: /^(Start the import|Начать импорт)/ }).click()
  await expect(page.getByTestId('import-sum')).toBeVisible({ timeout: 20_000 })
}
async function through(page: Page, file: Upload) {
  await upload(page, file)
  await next(page)
  await next(page)
  await start(page)
}
async function counts(page: Page) {
  const one = async (k: string) =>
    Number(((await page.getByTestId(`count-${k}`).textContent()) ?? '').replace(/\D/g, ''))
  return {
    created: await one('created'),
    updated: await one('updated'),
    skipped: await one('skipped'),
    failed: await one('failed'),
  }
}
const sum = (c: Awaited<ReturnType<typeof counts>>) => c.created + c.updated + c.skipped + c.failed

for (const { file, rows, encoding, person } of FILES)
  test(`${file}: every row is accounted for, letters are intact, and all of it can be taken back`, async ({ page }) => {
    await signUp(page)
    const before = [await total(page), await total(page, 'companies')]
    await upload(page, file)
    await expect(page.getByRole('combobox', { name: 'Encoding' })).toHaveText(encoding)
    await next(page)
    await next(page)
    await start(page)
    const c = await counts(page)
    expect(sum(c)).toBe(rows)
    await expect(page.getByTestId('import-sum')).toContainText(`${rows} rows`)
    await expect(page.getByText('Every row of the file is accounted for.')).toBeVisible()
    expect(await total(page)).toBe(c.created)
    const result = page.url()

    await page.goto(`/contacts?q=${encodeURIComponent(person)}`)
    await expect(page.getByText(new RegExp(person)).first()).toBeVisible()

    await page.goto(result)
    await page.getByRole('button', { name: 'Revert the import' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revert the import' }).click()
    await expect(page.getByRole('heading', { name: 'Import taken back' })).toBeVisible({ timeout: 20_000 })
    expect([await total(page), await total(page, 'companies')]).toEqual(before)
  })

test('refused rows come as a file with the reason for each', async ({ page }) => {
  await signUp(page)
  await through(page, 'awkward.csv')
  const { failed } = await counts(page)
  expect(failed).toBeGreaterThan(0)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the error file' }).click(),
  ])
  const content = readFileSync(await file.path(), 'utf8')
  expect(content.startsWith('\ufeff')).toBe(true)
  expect(content).toContain('not-a-mail')
  expect(content.trim().split('\r\n')).toHaveLength(failed + 1)
})

test('the same file twice doubles nobody, and can update instead', async ({ page }) => {
  await signUp(page)
  const one = text('a.csv', 'Name,Email,Phone\nАнна Ковальская,anna@example.com,\nOmar Haddad,omar@example.com,\n')
  await through(page, one)
  expect(await counts(page)).toMatchObject({ created: 2, skipped: 0 })
  await through(page, one)
  expect(await counts(page)).toMatchObject({ created: 0, skipped: 2 })
  await upload(page, text('b.csv', 'Name,Email,Job title\nАнна Ковальская,anna@example.com,CEO\n'))
  await next(page)
  await next(page)
  await page.getByRole('radio', { name: /Update them/ }).check()
  await start(page)
  expect(await counts(page)).toMatchObject({ created: 0, updated: 1 })
  expect(await total(page)).toBe(2)
})

test('tags and an owner are put on everything that is imported', async ({ page }) => {
  await signUp(page)
  await upload(page, text('a.csv', 'Name,Email\nАнна,anna@example.com\n'))
  await next(page)
  await next(page)
  await page.getByRole('combobox', { name: /^Tags/ }).fill('Token2049,')
  await page.getByRole('combobox', { name: /^Owner/ }).click()
  await page.getByRole('option', { name: /Alex Morgan/ }).click()
  await start(page)
  expect(await first(page)).toMatchObject({ tags: ['Token2049'], ownerName: 'Alex Morgan' })
})

test('companies have fields of their own', async ({ page }) => {
  await signUp(page)
  await page.goto('/import')
  await page.getByRole('radio', { name: 'Companies' }).check({ force: true })
  await expect(page).toHaveURL(/type=company/)
  const file = text('firms.csv', 'Название;Сайт;Отрасль\nООО «Ромашка»;romashka.example;Торговля\n')
  await page.locator('input[type=file]').setInputFiles(file as Exclude<Upload, string>)
  await expect(page).toHaveURL(/\/import\/.+/)
  await next(page)
  await page.getByRole('combobox', { name: '“Название” becomes' }).click()
  await page.getByRole('option', { name: 'Name', exact: true }).click()
  await next(page)
  await start(page)
  expect(await counts(page)).toMatchObject({ created: 1 })
  await page.getByRole('link', { name: /Open the companies/ }).click()
  await expect(page.getByText('ООО «Ромашка»').first()).toBeVisible()
})

test('what is no CSV is refused with an advice', async ({ page }) => {
  await signUp(page)
  const alert = page.getByRole('alert')
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  await choose(page, { name: 'photo.csv', mimeType: 'text/csv', buffer: png })
  await expect(alert).toContainText('photo.csv is not a text file')
  await choose(page, { name: 'nothing.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) })
  await expect(alert).toContainText('nothing.csv is empty')
  await choose(page, text('blank.csv', ' \n\n'))
  await expect(alert).toContainText('blank.csv is empty')
  await choose(page, { name: 'book.xlsx', mimeType: '', buffer: Buffer.from('PK\u0003\u0004 workbook') })
  await expect(alert).toContainText('Save As')
  await page.getByRole('button', { name: 'Choose another file' }).isEnabled()
  expect(await total(page)).toBe(0)
})

test('a file with one column, one with equal headings and one without any are explained and imported', async ({
  page,
}) => {
  await signUp(page)
  await upload(page, text('one.csv', 'Email\nanna@example.com\nomar@example.com\n'))
  await expect(page.getByText('There is one column only')).toBeVisible()
  await next(page)
  await next(page)
  await start(page)
  expect(await counts(page)).toMatchObject({ created: 2 })

  await upload(page, text('twice.csv', 'Name,Email,Email\nВера,vera@example.com,v2@example.com\n'))
  await expect(page.getByText('Some columns have the same name')).toBeVisible()
  await next(page)
  await next(page)
  await start(page)
  expect(await counts(page)).toMatchObject({ created: 1 })

  await upload(page, text('bare.csv', 'Li Wei,li@example.com\nZoë O’Neill,zoe@example.com\n'))
  await expect(page.getByText('There is no row with names of columns')).toBeVisible()
  await next(page)
  await expect(page.getByText('no name').first()).toBeVisible()
  await next(page)
  await start(page)
  expect(await counts(page)).toMatchObject({ created: 2 })
})

test('how the file is read can be changed: another row of names, another encoding, and back', async ({ page }) => {
  await signUp(page)
  await upload(page, 'linkedin_connections.csv')
  const header = page.locator('tr[data-kind=header]')
  await expect(header).toContainText('First Name')
  await expect(page.locator('tr[data-kind=preamble]').first()).toContainText('Notes:')
  await page.getByRole('button', { name: 'Row 4 holds the names of the columns' }).click()
  await expect(header).toContainText('Neill')
  await page.getByRole('button', { name: 'Back to detected' }).click()
  await expect(header).toContainText('First Name')

  await upload(page, 'amocrm_cp1251.csv')
  const encoding = page.getByRole('combobox', { name: 'Encoding' })
  await encoding.click()
  await page.getByRole('option', { name: /^KOI8-R/ }).click()
  await expect(header).not.toContainText('Полное имя')
  await encoding.click()
  await page.getByRole('option', { name: /^Windows-1251/ }).click()
  await expect(header).toContainText('Полное имя контакта')
})

test('columns that cannot work are named, and choices survive a reload and the way back', async ({ page }) => {
  await signUp(page)
  await upload(page, text('a.csv', 'Name,Email,Role,Note\nАнна Ковальская,anna@example.com,CEO,x\n'))
  await next(page)
  const pick = async (column: string, field: string) => {
    await page.getByRole('combobox', { name: `“${column}” becomes` }).click()
    await page.getByRole('option', { name: field, exact: true }).click()
  }
  const card = page.getByRole('region', { name: 'How it will look' })
  await expect(card).toContainText('Анна Ковальская')
  await pick('Role', 'Full name')
  await expect(page.getByText('Full name takes one column, and “Name” goes there too')).toBeVisible()
  await next(page)
  await expect(page).toHaveURL(/step=columns/)
  await expect(page.getByRole('combobox', { name: '“Name” becomes' })).toBeFocused()
  await pick('Role', 'Job title')
  await expect(card).toContainText('CEO')
  for (const c of ['Name', 'Email']) await pick(c, 'Do not import')
  await next(page)
  await expect(page.getByRole('alert')).toContainText('A contact needs something to be called by')
  await pick('Name', 'Full name')
  await pick('Note', 'Custom field…')
  await page.getByRole('textbox', { name: /custom field for “Note”/ }).fill('Заметка')
  await page.reload()
  await expect(page.getByRole('textbox', { name: /custom field for “Note”/ })).toHaveValue('Заметка')
  await next(page)
  await expect(page).toHaveURL(/step=duplicates/)
  await page.goBack()
  await expect(page.getByRole('textbox', { name: /custom field for “Note”/ })).toHaveValue('Заметка')
  await page.goForward()
  await start(page)
  expect(await first(page)).toMatchObject({ custom: { Заметка: 'x' } })
})

test('a file with hundreds of columns is taken in stride, and the page stays in its frame', async ({ page }) => {
  await signUp(page)
  const names = ['Name', 'Email', ...Array.from({ length: 298 }, (_, i) => `Field ${i}`)]
  await upload(page, text('wide.csv', `${names.join(',')}\n${names.map((_, i) => `value ${i}`).join(',')}\n`))
  await next(page)
  const rows = page.getByTestId('import-column')
  await expect(rows).toHaveCount(60)
  await page.getByRole('button', { name: /^Show 240 more columns/ }).click()
  await expect(rows).toHaveCount(120)
  await page.getByRole('combobox', { name: '“Field 100” becomes' }).focus()
  expect(await page.evaluate(() => [document.documentElement.scrollHeight - innerHeight, scrollY])).toEqual([0, 0])
})

test('an import that is not there says so', async ({ page }) => {
  await signUp(page)
  await page.goto('/import/01900000-0000-7000-8000-000000000000')
  await expect(page.getByRole('alert')).toContainText('Not found')
  await page.getByRole('link', { name: 'All imports' }).click()
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible()
})

test('a long import goes on when one leaves, tells when it is done, can be stopped, and is in the list', async ({
  page,
}) => {
  test.slow()
  await signUp(page)
  const many = (n: number, tag: string) =>
    text(
      `${tag}.csv`,
      `Name,Email\n${Array.from({ length: n }, (_, i) => `Человек ${i},${tag}${i}@example.com`).join('\n')}\n`,
    )
  await upload(page, many(60_000, 'long'))
  await next(page)
  await next(page)
  await page.getByRole('button', { name: 'Start the import' }).click()
  await expect(page.getByRole('heading', { name: 'Importing contacts' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Importing contacts' })).toBeVisible()
  await page.getByRole('link', { name: 'All imports' }).click()
  await expect(page.getByText('Importing long.csv')).toBeVisible()
  await expect(page.getByText('long.csv is imported')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(page.getByTestId('count-created')).toHaveText('60,000')

  await upload(page, many(60_000, 'stop'))
  await next(page)
  await next(page)
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.getByRole('button', { name: 'Stop the import' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop the import' }).click()
  await expect(page.getByRole('heading', { name: 'Import stopped' })).toBeVisible()
  await page.getByRole('link', { name: 'All imports' }).click()
  await expect(page.getByText('Stopped')).toBeVisible()
  await expect(page.getByText('60,000 created')).toBeVisible()
})

test('an upload that was not started can be discarded', async ({ page }) => {
  await signUp(page)
  await upload(page, 'hubspot.csv')
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click()
  await expect(page).toHaveURL(/\/import$/)
  await expect(page.getByText('Nothing has been imported yet')).toBeVisible()
})

test('a file can be dropped, and cells can be pasted', async ({ page }) => {
  await signUp(page)
  await page.goto('/import')
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible()
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['Name,Email\nАнна,anna@example.com\n'], 'dropped.csv', { type: 'text/csv' }))
    for (const type of ['dragenter', 'drop'])
      window.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
  })
  await expect(page.getByRole('heading', { name: 'dropped.csv' })).toBeVisible()
  await page.goto('/import')
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible()
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.setData('text/plain', 'Name\tEmail\nАнна\tanna@example.com')
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  })
  await expect(page.getByRole('heading', { name: 'pasted.tsv' })).toBeVisible()
})

test('the whole way works from the keyboard @desktop', async ({ page }) => {
  await signUp(page)
  await upload(page, text('keys.csv', 'Name,Email\nАнна,anna@example.com\n'))
  // The page before has a heading too: the step is there with its way on.
  await expect(page.getByRole('button', { name: /^Next: / })).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { name: 'What goes where?' })).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { name: 'What about those you already have?' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('radio', { name: /Update them/ })).toBeChecked()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByTestId('count-created')).toHaveText('1', { timeout: 20_000 })
  await expect(page.getByRole('heading', { name: 'Import finished' })).toBeFocused()
})

for (const [locale, theme] of [
  ['en', 'light'],
  ['en', 'dark'],
  ['ru', 'light'],
] as const)
  test(`no WCAG 2.2 AA violations on any step in ${locale} ${theme}`, async ({ page }) => {
    test.slow()
    await signUp(page, { locale, theme })
    await page.goto('/import')
    await expect(page.locator('summary').first()).toBeVisible()
    await test.step('empty list', () => expectAccessible(page))
    await page.locator('summary').first().click()
    await choose(page, { name: 'a.xlsx', mimeType: '', buffer: Buffer.from('PK\u0003\u0004') })
    await expect(page.getByRole('alert')).toBeVisible()
    await test.step('refused', () => expectAccessible(page))
    await upload(page, 'linkedin_connections.csv')
    await test.step('preview', () => expectAccessible(page))
    await upload(page, 'awkward.csv')
    await next(page)
    await page.getByRole('combobox').nth(1).click()
    await page.getByRole('option').nth(1).click()
    await expect(page.locator('[aria-invalid=true]').first()).toBeVisible()
    await test.step('columns', () => expectAccessible(page))
    await page.getByRole('button', { name: /^(Back to suggestions|Вернуть предложенное)/ }).click()
    await next(page)
    await expect(page.getByRole('radio').first()).toBeVisible()
    await test.step('duplicates', () => expectAccessible(page))
    await start(page)
    await test.step('result', () => expectAccessible(page))
    await page.getByRole('button', { name: /^(Revert|Отменить импорт)/ }).click()
    await expect(page.getByRole('alertdialog')).toBeVisible()
    await test.step('confirm', () => expectAccessible(page))
    await page.getByRole('alertdialog').getByRole('button').last().click()
    await expect(page.getByRole('heading', { name: /^(Import taken back|Импорт отменён)/ })).toBeVisible({
      timeout: 20_000,
    })
    await test.step('reverted', () => expectAccessible(page))
    await page.goto('/import')
    await expect(page.getByText('awkward.csv')).toBeVisible()
    await test.step('list', () => expectAccessible(page))
  })
