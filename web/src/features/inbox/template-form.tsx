import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useCan, useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Drawer } from '@/shared/ui/drawer'
import { Field } from '@/shared/ui/field'
import { Input, Textarea } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { cleanShortcut, keyOf, unknownIn, VARIABLES } from './template-model'
import type { TemplateChanges, TemplateInput } from './templates-api'
import type { Template } from './types'

type FormProps = { template: Template | null; changes: TemplateChanges; onClose: () => void }
export default function TemplateForm({ template, changes, onClose }: FormProps) {
  const { t } = useTranslation('templates')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const mayShare = useCan('messaging.templates.share')
  const [draft, setDraft] = useState<TemplateInput>(() => ({
    name: template?.name ?? '',
    shortcut: template?.shortcut ?? '',
    text: template?.text ?? '',
    shared: template?.shared ?? false,
  }))
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Record<string, string>>({})
  const text = useRef<HTMLTextAreaElement>(null)
  const set = (change: Partial<TemplateInput>) => {
    setDraft({ ...draft, ...change })
    setRefused({})
  }
  const insert = (name: string) => {
    const el = text.current
    if (!el) return
    const [from, to] = [el.selectionStart, el.selectionEnd]
    const sign = `{{${name}}}`
    set({ text: draft.text.slice(0, from) + sign + draft.text.slice(to) })
    requestAnimationFrame(() => {
      el.focus()
      el.setSelectionRange(from + sign.length, from + sign.length)
    })
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!draft.name.trim() || !draft.text.trim()) return
    setBusy(true)
    const body = { ...draft, name: draft.name.trim(), shortcut: cleanShortcut(draft.shortcut ?? '') || null }
    try {
      if (template) await changes.save(template, body)
      else await changes.create(body)
      onClose()
    } catch (error) {
      const known = isApiError(error) ? error.details.map((d) => [d.field, d.message] as const) : []
      setRefused(known.length > 0 ? Object.fromEntries(known) : { form: errorMessage(error) })
      setBusy(false)
    }
  }
  const unknown = unknownIn(draft.text)
  const example: Record<string, string> = {
    'contact.firstName': t('example.firstName'),
    'contact.name': t('example.name'),
    'company.name': t('example.company'),
    'deal.title': t('example.deal'),
    'me.name': user.name,
  }
  return (
    <Drawer
      open
      onOpenChange={(o) => !o && onClose()}
      title={t(template ? 'editTitle' : 'new')}
      initialFocus={() => document.querySelector<HTMLInputElement>('[data-first-field]')}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="template" busy={busy}>
            {tc(template ? 'action.save' : 'action.create')}
          </Button>
        </>
      }
    >
      <form id="template" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-5">
        <Field
          label={t('name')}
          required
          error={(tried && !draft.name.trim() && tc('validation.required')) || refused['name']}
        >
          <Input data-first-field maxLength={80} value={draft.name} onChange={(e) => set({ name: e.target.value })} />
        </Field>
        <Field label={t('shortcut')} optional hint={t('shortcutHint')} error={refused['shortcut']}>
          <Input
            maxLength={30}
            autoComplete="off"
            spellCheck={false}
            value={draft.shortcut ?? ''}
            onChange={(e) => set({ shortcut: e.target.value })}
            onBlur={() => set({ shortcut: cleanShortcut(draft.shortcut ?? '') })}
          />
        </Field>
        <div className="flex flex-col gap-2">
          <Field
            label={t('body')}
            required
            error={(tried && !draft.text.trim() && tc('validation.required')) || refused['text']}
          >
            <Textarea
              ref={text}
              rows={7}
              maxLength={4096}
              value={draft.text}
              onChange={(e) => set({ text: e.target.value })}
            />
          </Field>
          <div role="group" aria-label={t('variables')} className="flex flex-wrap gap-1.5">
            {VARIABLES.map((v) => (
              <Button key={v} size="xs" onClick={() => insert(v)}>
                {t(`variable.${keyOf(v)}`)}
              </Button>
            ))}
          </div>
        </div>
        {unknown.length > 0 && (
          <Notice kind="warning">{t('unknown', { names: unknown.join(', '), count: unknown.length })}</Notice>
        )}
        {draft.text.includes('{{') && (
          <Field label={t('preview')}>
            <p className="rounded-lg bg-sunken p-3 text-sm whitespace-pre-line">
              {draft.text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (all, name: string) => example[name] ?? all)}
            </p>
          </Field>
        )}
        {(mayShare || draft.shared) && (
          <ChoiceRow label={t('share')} hint={t('shareHint')}>
            {(control) => (
              <Checkbox
                {...control}
                disabled={!mayShare}
                checked={draft.shared}
                onCheckedChange={(shared) => set({ shared })}
              />
            )}
          </ChoiceRow>
        )}
        <div role="alert">{refused['form'] && <Notice kind="error">{refused['form']}</Notice>}</div>
      </form>
    </Drawer>
  )
}
