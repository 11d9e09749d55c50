import { Pencil } from 'lucide-react'
import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHold } from '@/shared/live/hold'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Skeleton } from '@/shared/ui/skeleton'

type PropertyProps<V> = {
  label: string
  value: V
  show: ReactNode
  readOnly: boolean
  /** A pick is the whole answer: it is saved without a press on “Save”. */
  atOnce?: boolean
  /** A key wants it edited; `onStarted` says that it is. */
  start?: boolean
  onStarted?: () => void
  onSave?: (value: V) => unknown
  edit?: (value: V, onChange: (value: V) => void) => ReactNode
}
/** One property: read, or edited in place. Enter and “Save” save, Escape does not; the focus comes back. */
export function Property<V>(p: PropertyProps<V>) {
  const { label, value, show, readOnly, atOnce, start, onSave, edit } = p
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const [draft, setDraft] = useState<{ value: V } | null>(null)
  useHold('deals', draft !== null)
  const button = useRef<HTMLButtonElement>(null)
  const back = useRef(false)
  useEffect(() => {
    if (draft || !back.current) return
    back.current = false
    button.current?.focus()
  }, [draft])
  const now = useRef(p)
  now.current = p
  useEffect(() => {
    if (!start) return
    setDraft({ value: now.current.value })
    now.current.onStarted?.()
  }, [start])
  const form = useRef<HTMLFormElement>(null)
  const close = () => {
    back.current = true
    setDraft(null)
  }
  const commit = (v: V) => {
    if (v !== value) onSave?.(v)
    close()
  }
  return (
    <div className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-2 rounded-md px-2 py-1.5 hover:bg-row-hover">
      <dt className="py-0.5 text-sm text-subtle">{label}</dt>
      <dd className="flex min-w-0 items-start gap-1 text-sm">
        {draft && edit ? (
          <form
            ref={form}
            className="flex min-w-0 flex-1 flex-col gap-2"
            onSubmit={(e) => {
              e.preventDefault()
              commit(draft.value)
            }}
            onKeyDown={(e) => {
              if (e.key !== 'Escape' || e.defaultPrevented) return
              e.stopPropagation()
              close()
            }}
          >
            <Field label={label} hideLabel>
              <Suspense fallback={<Skeleton className="h-8" />}>
                {edit(draft.value, (v) => (atOnce ? commit(v) : setDraft({ value: v })))}
                <OnceThere run={() => form.current?.querySelector<HTMLElement>('input,textarea')?.focus()} />
              </Suspense>
            </Field>
            <span className="flex gap-1.5">
              {!atOnce && (
                <Button type="submit" variant="primary">
                  {tc('action.save')}
                </Button>
              )}
              <Button onClick={close}>{tc('action.cancel')}</Button>
            </span>
          </form>
        ) : (
          <>
            <span className="min-w-0 flex-1 py-0.5">
              {show || <span className="text-subtle">{t('deal.notSet')}</span>}
            </span>
            {!readOnly && edit && (
              <button
                ref={button}
                type="button"
                aria-label={t('deal.edit', { field: label })}
                onClick={() => setDraft({ value })}
                className="grid size-6 shrink-0 place-items-center rounded-sm text-subtle hover:bg-hover hover:text-fg any-pointer-coarse:size-9"
              >
                <Pencil size={12} aria-hidden />
              </button>
            )}
          </>
        )}
      </dd>
    </div>
  )
}

/** Inputs come with the first edit: the focus goes there when they are. */
function OnceThere({ run }: { run: () => void }) {
  const first = useRef(run)
  useEffect(() => first.current(), [])
  return null
}
