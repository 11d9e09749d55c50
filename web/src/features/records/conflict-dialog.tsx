import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { apply, type Show } from './cache'
import { Value } from './cells'
import { useConflict } from './conflict'
import { type CrmRecord, type FieldId, fieldOf, titleOf } from './fields'
import { useTools } from './use-tools'

/** Mine or theirs, per field: two people changed the same field at the same time. */
export default function ConflictDialog() {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const tools = useTools()
  const { question, answered } = useConflict()
  const [mine, setMine] = useState(true)
  const [shown, setShown] = useState(question)
  if (question && question !== shown) {
    setShown(question)
    setMine(true)
  }
  if (!shown) return null
  const { kind, current, clashes } = shown
  const decide = () => {
    if (mine) shown.keepMine()
    answered()
  }
  const with_ = (values: Partial<Record<string, unknown>>): CrmRecord => apply(current, values as Show)
  const valuesMine = Object.fromEntries(clashes.map((c) => [c.field, c.mine]))
  const fields = clashes.filter((c) => c.field !== 'companyName' && c.field !== 'ownerName')
  return (
    <Dialog
      open={question !== null}
      onOpenChange={(o) => !o && answered()}
      title={t('conflict.title')}
      description={t('conflict.text', { name: current.name })}
      footer={
        <>
          <Button size="md" onClick={answered}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" onClick={decide}>
            {tc('action.save')}
          </Button>
        </>
      }
    >
      <ul className="flex flex-col gap-4">
        {fields.map((c) => {
          const field = fieldOf(kind, c.field as FieldId)
          if (!field) return null
          return (
            <li key={c.field}>
              <fieldset>
                <legend className="mb-1.5 text-sm font-medium">{titleOf(field, t)}</legend>
                <div className="grid gap-2 sm:grid-cols-2">
                  {[true, false].map((side) => (
                    <label
                      key={String(side)}
                      className={cn(
                        'flex min-w-0 items-start gap-2.5 rounded-lg border p-3 text-sm has-focus-visible:outline-2 has-focus-visible:outline-ring',
                        mine === side ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-hover',
                      )}
                    >
                      <input
                        type="radio"
                        name={c.field}
                        checked={mine === side}
                        onChange={() => setMine(side)}
                        className="mt-0.5 accent-(--accent) outline-none"
                      />
                      <span className="min-w-0 flex-1">
                        <span className="block text-xs text-muted">
                          {t(side ? 'conflict.mine' : 'conflict.theirs')}
                        </span>
                        <span className="mt-0.5 flex min-w-0 font-medium break-words">
                          <Value field={field} record={side ? with_(valuesMine) : current} tools={tools} />
                          <Blank value={side ? c.mine : c.theirs} />
                        </span>
                      </span>
                    </label>
                  ))}
                </div>
              </fieldset>
            </li>
          )
        })}
      </ul>
    </Dialog>
  )
}
function Blank({ value }: { value: unknown }) {
  const { t } = useTranslation('records')
  const blank = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  return blank || value === false ? <span className="text-subtle">{t('conflict.empty')}</span> : null
}
