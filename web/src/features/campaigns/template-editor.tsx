import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { Drawer } from '@/shared/ui/drawer'
import { Field } from '@/shared/ui/field'
import { Input, Textarea } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import { templatesOptions } from './api'
import {
  fallbackOf,
  isVariable,
  keyOf,
  LONGEST,
  textProblems,
  VARIABLES,
  variablesIn,
  withFallback,
  written,
} from './template-model'
import { TemplatePreview } from './template-preview'
import type { Action } from './types'

type Message = Extract<Action, { kind: 'message' }>
type EditorProps = {
  campaignId: string
  action: Message
  variantId: string
  onVariant: (id: string) => void
  onAction: (action: Message) => void
  onClose: () => void
}
/** The text of one variant: with what is filled in, what stands there where it is not known, and how it reads. */
export default function TemplateEditor({ campaignId, action, variantId, onVariant, onAction, onClose }: EditorProps) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const variant = action.variants.find((v) => v.id === variantId) ?? action.variants[0]
  const area = useRef<HTMLTextAreaElement>(null)
  const placed = useRef(false)
  if (!variant) return null
  const { text } = variant
  const set = (patch: { text?: string; name?: string; templateId?: string | null }) =>
    onAction({ ...action, variants: action.variants.map((v) => (v.id === variant.id ? { ...v, ...patch } : v)) })
  const insert = (sign: string) => {
    const el = area.current
    // Where nobody has put the caret yet, it goes to the end.
    const [from, to] = el && placed.current ? [el.selectionStart, el.selectionEnd] : [text.length, text.length]
    placed.current = true
    set({ text: text.slice(0, from) + sign + text.slice(to) })
    requestAnimationFrame(() => {
      el?.focus()
      el?.setSelectionRange(from + sign.length, from + sign.length)
    })
  }
  const unknown = textProblems(text)
  const many = action.variants.length > 1
  return (
    <Drawer
      open
      onOpenChange={(o) => !o && onClose()}
      title={t('template.title')}
      initialFocus={area}
      footer={
        <Button size="md" variant="primary" onClick={onClose}>
          {t('template.done')}
        </Button>
      }
    >
      <div className="flex flex-col gap-5">
        {many && (
          <Segmented
            label={t('part.variants')}
            value={variant.id}
            onValueChange={onVariant}
            options={action.variants.map((v) => ({ value: v.id, label: v.name || '…' }))}
            className="w-full"
          />
        )}
        {many && (
          <Field label={t('variants.name')} required error={!variant.name.trim() && tc('validation.required')}>
            <Input maxLength={60} value={variant.name} onChange={(e) => set({ name: e.target.value })} />
          </Field>
        )}
        <div className="flex flex-col gap-2">
          <Field
            label={t('template.text')}
            required
            aside={<span className="tabular">{`${text.length} / ${LONGEST}`}</span>}
            error={!text.trim() && variant.media.length === 0 && tc('validation.required')}
          >
            <Textarea
              ref={area}
              key={variant.id}
              rows={8}
              maxLength={LONGEST}
              value={text}
              onSelect={() => {
                placed.current = true
              }}
              onChange={(e) => set({ text: e.target.value })}
            />
          </Field>
          <fieldset className="flex flex-wrap gap-1.5">
            <legend className="mb-1.5 text-xs text-subtle">{t('template.insert')}</legend>
            {VARIABLES.map((v) => (
              <Button
                key={v}
                size="xs"
                onClick={() => insert(written(v, v === 'contact.firstName' ? t('template.there') : null))}
                className="any-pointer-coarse:h-9!"
              >
                {t(`variable.${keyOf(v)}`)}
              </Button>
            ))}
          </fieldset>
          <FromTemplate
            onPick={(id, body) => set({ templateId: id, text: body })}
            onSnippet={(s) => insert(`{{snippet.${s}}}`)}
          />
        </div>
        {unknown.length > 0 && (
          <Notice kind="error">{t('template.unknown', { names: unknown.join(', '), count: unknown.length })}</Notice>
        )}
        <Fallbacks text={text} onText={(next) => set({ text: next })} />
        <TemplatePreview campaignId={campaignId} text={text} />
      </div>
    </Drawer>
  )
}

/** A text one has already, as it is, or as a part of this one that changes with it. */
function FromTemplate({
  onPick,
  onSnippet,
}: {
  onPick: (id: string, text: string) => void
  onSnippet: (s: string) => void
}) {
  const { t } = useTranslation('campaigns')
  const may = useCan('messaging.chats.read')
  const q = useQuery({ ...templatesOptions(), enabled: may })
  const all = q.data ?? []
  const [as, setAs] = useState<'text' | 'snippet'>('text')
  if (all.length === 0) return null
  const offered = as === 'snippet' ? all.filter((x) => x.shortcut) : all
  return (
    <div className="flex flex-wrap items-end gap-2">
      <Field label={t('template.from')} className="min-w-48 flex-1">
        <Combobox
          value={null}
          clearable={false}
          placeholder={t('template.choose')}
          options={offered.map((x) => ({
            value: x.id,
            label: x.name,
            ...(x.shortcut ? { hint: `/${x.shortcut}` } : {}),
          }))}
          onValueChange={(o) => {
            const found = all.find((x) => x.id === o?.value)
            if (!found) return
            if (as === 'snippet' && found.shortcut) onSnippet(found.shortcut)
            else onPick(found.id, found.text)
          }}
        />
      </Field>
      <Segmented
        label={t('template.how')}
        value={as}
        onValueChange={setAs}
        options={(['text', 'snippet'] as const).map((value) => ({ value, label: t(`template.as.${value}`) }))}
      />
    </div>
  )
}

/** What stands where a variable is not known. Without it, whoever lacks it gets no message. */
function Fallbacks({ text, onText }: { text: string; onText: (text: string) => void }) {
  const { t } = useTranslation('campaigns')
  const names = variablesIn(text).filter(isVariable)
  if (names.length === 0) return null
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">{t('template.fallbacks')}</legend>
      <p className="text-xs text-subtle">{t('template.fallbacksText')}</p>
      {names.map((name) => (
        <div key={name} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] items-center gap-3">
          <span className="truncate text-sm text-muted" id={`fallback-${name}`}>
            {t(`variable.${keyOf(name)}`)}
          </span>
          <Fallback
            labelledBy={`fallback-${name}`}
            value={fallbackOf(text, name) ?? ''}
            onValue={(v) => onText(withFallback(text, name, v))}
          />
        </div>
      ))}
    </fieldset>
  )
}

/** As it is typed: in the text it stands without the spaces around it. */
function Fallback({ labelledBy, value, onValue }: { labelledBy: string; value: string; onValue: (v: string) => void }) {
  const { t } = useTranslation('campaigns')
  const [typed, setTyped] = useState(value)
  const shown = typed.trim() === value ? typed : value
  return (
    <Input
      aria-labelledby={labelledBy}
      maxLength={80}
      placeholder={t('template.noFallback')}
      value={shown}
      onChange={(e) => {
        // What would end the variable cannot be a part of it.
        const next = e.target.value.replace(/[{}|]/g, '')
        setTyped(next)
        onValue(next)
      }}
    />
  )
}
