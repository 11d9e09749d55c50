import { expect, it } from 'vitest'
import { hostOf, hrefOf, linksOf, type SharedItem } from './shared'

it('says the place of a link, also of one without a scheme', () => {
  expect(hostOf('https://www.example.com/a?b')).toBe('example.com')
  expect(hostOf('example.org/x')).toBe('example.org')
  expect(hostOf('http://')).toBe('http://')
})
it('opens addresses, never scripts', () => {
  expect(hrefOf('example.org/x')).toBe('https://example.org/x')
  expect(hrefOf('mailto:a@b.c')).toBe('mailto:a@b.c')
  expect(hrefOf('javascript:alert(1)')).toBeNull()
  expect(hrefOf('javascript://example.org/%0aalert(1)')).toBeNull()
  expect(hrefOf('data:text/html,x')).toBeNull()
})
it('an address that is its own title is told once', () => {
  const links = [
    { url: 'https://a.example/x', title: 'https://a.example/x' },
    { url: 'https://b.example', title: 'The plan' },
  ]
  expect(linksOf([{ id: 'a', links } as unknown as SharedItem]).map((l) => l.title)).toEqual([null, 'The plan'])
})
it('lists every link of a message', () => {
  const item = (id: string, urls: string[]) =>
    ({ id, links: urls.map((url) => ({ url, title: null })) }) as unknown as SharedItem
  expect(linksOf([item('a', ['x', 'y']), item('b', [])]).map((l) => [l.key, l.url])).toEqual([
    ['a-0', 'x'],
    ['a-1', 'y'],
  ])
})
