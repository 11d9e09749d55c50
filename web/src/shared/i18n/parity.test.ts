import { expect, it } from 'vitest'
import { i18n, loadTexts, NAMESPACES, setLocale } from '.'

const files = import.meta.glob<object>('./{en,ru}/*.json', { import: 'default', eager: true })
const texts = (l: string, ns: string) => new Map(flat(files[`./${l}/${ns}.json`] ?? {}))
const flat = (o: object, p = ''): [string, string][] =>
  Object.entries(o).flatMap(([k, v]) =>
    typeof v === 'string' ? [[p + k, v] as [string, string]] : flat(v as object, `${p}${k}.`),
  )
const base = (k: string) => k.replace(/_(zero|one|two|few|many|other)$/, '')
const holes = (s: string) =>
  [...s.matchAll(/{{\s*(\w+)/g)]
    .map((m) => m[1])
    .sort()
    .join()

it('has a file for every namespace in every language, and no other', () => {
  expect(Object.keys(files).sort()).toEqual(
    ['en', 'ru'].flatMap((l) => NAMESPACES.map((ns) => `./${l}/${ns}.json`)).sort(),
  )
})
it.each(NAMESPACES)('%s: same keys and placeholders in every language, and every plural form', (ns) => {
  const e = texts('en', ns)
  const r = texts('ru', ns)
  expect([...new Set([...r.keys()].map(base))].sort()).toEqual([...new Set([...e.keys()].map(base))].sort())
  for (const [k, v] of r) expect(holes(v), k).toBe(holes(e.get(k) ?? e.get(`${base(k)}_other`) ?? ''))
  for (const k of new Set([...e.keys()].filter((x) => x.endsWith('_other')).map(base)))
    for (const f of ['one', 'few', 'many', 'other']) expect(r.has(`${k}_${f}`), `${k}_${f}`).toBe(true)
})
it('no text is left empty', () => {
  for (const [file, o] of Object.entries(files))
    for (const [k, v] of flat(o)) expect(v.trim(), `${file} ${k}`).not.toBe('')
})
it('declines Russian plurals and keeps <html lang>', async () => {
  await setLocale('ru')
  expect(document.documentElement.lang).toBe('ru')
  expect([1, 3, 5, 21, 112].map((count) => i18n.t('common:selected', { count }))).toEqual([
    'Выбрана 1 запись',
    'Выбраны 3 записи',
    'Выбрано 5 записей',
    'Выбрана 21 запись',
    'Выбрано 112 записей',
  ])
  await setLocale('en')
})

it('brings the texts that a page asks for while the language changes', async () => {
  await setLocale('en')
  for (const l of ['en', 'ru']) i18n.removeResourceBundle(l, 'audit')
  const change = setLocale('ru')
  await loadTexts('audit')
  await change
  expect(i18n.hasResourceBundle('ru', 'audit')).toBe(true)
  await setLocale('en')
})
