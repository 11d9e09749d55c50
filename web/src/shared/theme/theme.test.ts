import { expect, it } from 'vitest'
import { useTheme } from './theme'

it('writes the choice where theme-init.js reads it and marks the document', () => {
  useTheme.getState().setTheme('dark')
  expect([document.documentElement.dataset['theme'], localStorage.getItem('rapport.theme')]).toEqual(['dark', 'dark'])
  useTheme.getState().setTheme('system')
  expect([useTheme.getState().theme, useTheme.getState().resolved]).toEqual(['system', 'light'])
})
