import * as z from 'zod/mini'
import { i18n } from '@/shared/i18n'

type Issue = {
  code?: string
  origin?: string
  minimum?: number | bigint
  maximum?: number | bigint
  format?: string
  input?: unknown
  expected?: string
}

/** zod/mini ships no texts: these are ours, in the language of the UI. */
export function issueMessage(issue: Issue): string {
  const empty = issue.input === '' || issue.input === undefined || issue.input === null
  const sized = issue.origin === 'string'
  switch (issue.code) {
    case 'too_small':
      if (sized || issue.origin === 'array')
        return empty || Number(issue.minimum) === 1 || !sized
          ? i18n.t('validation.required')
          : i18n.t('validation.tooShort', { count: Number(issue.minimum) })
      return i18n.t('validation.min', { min: Number(issue.minimum) })
    case 'too_big':
      if (sized) return i18n.t('validation.tooLong', { count: Number(issue.maximum) })
      if (issue.origin === 'array') return i18n.t('validation.tooMany', { count: Number(issue.maximum) })
      return i18n.t('validation.max', { max: Number(issue.maximum) })
    case 'invalid_format':
      if (empty) return i18n.t('validation.required')
      return i18n.t(
        issue.format === 'email'
          ? 'validation.email'
          : issue.format === 'url'
            ? 'validation.url'
            : 'validation.invalid',
      )
    case 'invalid_type':
      if (empty) return i18n.t('validation.required')
      return i18n.t(
        issue.expected === 'number' || issue.expected === 'int' ? 'validation.number' : 'validation.invalid',
      )
    default:
      return i18n.t(empty ? 'validation.required' : 'validation.invalid')
  }
}
z.config({ customError: (issue) => issueMessage(issue as Issue) })
