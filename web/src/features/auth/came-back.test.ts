import { expect, it } from 'vitest'
import { cameBackWith } from './came-back'

it('reads what was brought letter by letter', () => {
  expect(cameBackWith('?state=in.1&code=007&iss=https%3A%2F%2Fid.example', '')).toEqual({
    state: 'in.1',
    code: '007',
    iss: 'https://id.example',
  })
})

it('takes the data of Telegram from behind the #', () => {
  expect(cameBackWith('?state=in.1', 'tgAuthResult=eyJpZCI6MX0')).toEqual({ state: 'in.1', telegram: 'eyJpZCI6MX0' })
  expect(cameBackWith('?state=in.1', '#tgAuthResult=eyJpZCI6MX0=')).toMatchObject({ telegram: 'eyJpZCI6MX0=' })
})

it('coming back with nothing is giving up, and coming from nowhere is nothing', () => {
  expect(cameBackWith('?state=in.1', '#tgAuthResult=')).toEqual({ state: 'in.1', error: 'access_denied' })
  expect(cameBackWith('?state=in.1&error=access_denied', '')).toEqual({ state: 'in.1', error: 'access_denied' })
  expect(cameBackWith('', '')).toBeNull()
})
