import { RotateCcw } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  actionsOf,
  conflictsOf,
  GROUPS,
  type Group,
  recorded,
  refusalOf,
  swapped,
  withKey,
} from '@/shared/commands/catalogue'
import { type Action, KEYS, keyFor, type OwnKeys, printed } from '@/shared/commands/keys'
import { usePreferences } from '@/shared/session/preferences'
import { useSession } from '@/shared/session/session'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { Kbd } from '@/shared/ui/kbd'
import { Notice } from '@/shared/ui/notice'
import { Row, Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'

/** A key that somebody wants, and why it is not simply theirs. */
type Question = { action: Action; key: string; others: Action[] }
type Recording = { action: Action; problem: string | null }

/** The keys of all actions, each to be changed by a press. A key that two actions would share is asked about. */
export function ShortcutsPage() {
  const { t } = useTranslation('shortcuts')
  const { user } = useSession()
  const { save } = usePreferences()
  const own: OwnKeys = user.shortcuts
  const [recording, setRecording] = useState<Recording | null>(null)
  const [question, setQuestion] = useState<Question | null>(null)
  const nameOf = useActionName()
  const textOf = (key: string | null) => printed(key) ?? t('none')

  const keep = (next: OwnKeys, action: Action) => {
    setRecording(null)
    setQuestion(null)
    save({ shortcuts: next })
    announce(t('saved', { action: nameOf(action), key: textOf(keyFor(action, next)) }))
    focus(action)
  }
  const choose = (action: Action, key: string | null) => {
    const refusal = key && refusalOf(action, key)
    if (refusal) return setRecording({ action, problem: t(refusal, { key: printed(key) }) })
    const others = conflictsOf(action, key, own)
    if (!key || others.length === 0) return keep(withKey(own, action, key), action)
    setRecording(null)
    setQuestion({ action, key, others })
  }
  const onPress = (action: Action) => (e: KeyboardEvent) => {
    if (recording?.action !== action) return
    const press = recorded(e)
    if (e.key !== 'Tab') {
      e.preventDefault()
      e.stopPropagation()
    }
    if (press === 'cancel') setRecording(null)
    else if (press === 'none') choose(action, null)
    else if (press === 'refused') setRecording({ action, problem: t('refused', { held: printed('Mod+')?.trim() }) })
    else if (press !== 'wait') choose(action, press.key)
  }
  const start = (action: Action) => {
    setQuestion(null)
    // A press does not give the focus everywhere; without it no key would come.
    focus(action)
    setRecording({ action, problem: null })
    announce(`${t('press')} ${t('hint')}`)
  }
  const leave = (action: Action) => {
    setQuestion(null)
    focus(action)
  }
  const resetAll = () => {
    setQuestion(null)
    save({ shortcuts: {} })
    focus('palette')
    toast.undo(t('wasReset'), () => save({ shortcuts: own }))
  }
  const rows = (group: Group) =>
    actionsOf(group).map((action) => {
      const on = recording?.action === action
      const key = keyFor(action, own)
      const shared = conflictsOf(action, key, own)
      const asked = question?.action === action ? question : null
      const [other] = asked?.others.length === 1 ? asked.others : []
      const swap = other && swapped(own, action, other)
      const names = (actions: readonly Action[]) => actions.map(nameOf).join(', ')
      return (
        <div key={action} className="border-b border-line-soft last:border-0">
          <div className="flex min-h-11 items-center gap-2">
            <div className="min-w-0 flex-1 py-1.5">
              <div className="text-sm font-medium">{nameOf(action)}</div>
              {on && (
                <div role={recording.problem ? 'alert' : undefined} className="mt-0.5 text-xs text-subtle">
                  {recording.problem ?? t('hint')}
                </div>
              )}
              {!on && shared.length > 0 && (
                <div className="mt-0.5 text-xs text-danger">{t('also', { others: names(shared) })}</div>
              )}
            </div>
            {key !== KEYS[action] && !on && (
              <IconButton
                label={t('reset', { action: nameOf(action), key: textOf(KEYS[action]) })}
                className="any-pointer-coarse:size-10!"
                onClick={() => choose(action, KEYS[action])}
              >
                <RotateCcw size={14} />
              </IconButton>
            )}
            <Button
              id={buttonId(action)}
              aria-label={on ? t('press') : t('change', { action: nameOf(action), key: textOf(key) })}
              aria-pressed={on}
              className="any-pointer-coarse:h-10"
              onClick={() => (on ? setRecording(null) : start(action))}
              onKeyDown={onPress(action)}
              onBlur={() => on && setRecording(null)}
            >
              {on ? t('press') : key ? <Kbd>{textOf(key)}</Kbd> : <span className="text-subtle">{t('none')}</span>}
            </Button>
          </div>
          {asked && (
            <Notice
              kind="warning"
              role="alert"
              className="mb-3"
              actions={
                <>
                  {swap && <Button onClick={() => keep(swap, action)}>{t('swap')}</Button>}
                  <Button onClick={() => keep(withKey(own, action, asked.key, asked.others), action)}>
                    {t('take')}
                  </Button>
                  <CancelButton onCancel={() => leave(action)} />
                </>
              }
            >
              {t('conflict', { key: textOf(asked.key), others: names(asked.others) })}
            </Notice>
          )}
        </div>
      )
    })
  const isOwn = Object.keys(own).length > 0
  return (
    <>
      {GROUPS.map((group) => (
        <Section
          key={group}
          title={t(`group.${group}`)}
          text={group === 'general' ? t('text') : group === 'go' ? t('goText') : undefined}
          actions={group === 'general' && isOwn && <Button onClick={resetAll}>{t('resetAll')}</Button>}
        >
          {rows(group)}
        </Section>
      ))}
      <FixedKeys />
    </>
  )
}
const buttonId = (action: Action) => `key-${action}`
/** Once what had the focus may be gone. */
const focus = (action: Action) => requestAnimationFrame(() => document.getElementById(buttonId(action))?.focus())

function CancelButton({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation()
  return <Button onClick={onCancel}>{t('action.cancel')}</Button>
}

const FIXED = [
  ['open', ['↵']],
  ['peek', ['␣']],
  ['walk', ['↑', '↓', '←', '→']],
  ['send', [printed('Mod+↵')]],
  ['close', ['Esc']],
  ['sheet', ['?']],
  ['keep', ['1', '…', '9']],
] as const
function FixedKeys() {
  const { t } = useTranslation('shortcuts')
  return (
    <Section title={t('group.fixed')} text={t('fixedText')}>
      {FIXED.map(([what, keys]) => (
        <Row key={what} label={t(`fixed.${what}`)}>
          <span className="flex gap-1">
            {keys.map((k) => (
              <Kbd key={k}>{k}</Kbd>
            ))}
          </span>
        </Row>
      ))}
    </Section>
  )
}

type Named = Exclude<Action, `go.${string}`>
/** What an action is called; the places by the names they have in the navigation. */
function useActionName() {
  const { t } = useTranslation('shortcuts')
  const { t: ts } = useTranslation('shell')
  return (action: Action) =>
    isPlace(action) ? ts(`nav.${action.slice(3) as PlaceId}`) : t(`action.${action as Named}`)
}
type Place = Extract<Action, `go.${string}`>
type PlaceId = Place extends `go.${infer Id}` ? Id : never
const isPlace = (action: Action): action is Place => action.startsWith('go.')
