import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { cn } from '@/shared/lib/cn'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Segmented } from '@/shared/ui/segmented'
import { toast } from '@/shared/ui/toast'
import { addView, changeView } from './api'
import type { Asking } from './asking'
import Glyph, { isViewIcon, VIEW_ICONS, type ViewIconId } from './icons'
import { isShared } from './model'
import type { Views } from './use-views'

type DialogProps = { asking: Asking; views: Views; mayShare: boolean; onClose: () => void }
/** Name, sign and audience of a view. A new one keeps what is on screen. */
export default function ViewDialog({ asking, views, mayShare, onClose }: DialogProps) {
  const { t } = useTranslation('views')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const old = asking.what === 'edit' ? asking.view : null
  const [name, setName] = useState(old?.name ?? '')
  const [icon, setIcon] = useState<ViewIconId>(isViewIcon(old?.icon) ? old.icon : 'bookmark')
  const [visibility, setVisibility] = useState<'private' | 'org'>(old && isShared(old) ? 'org' : 'private')
  const [locked, setLocked] = useState(old?.locked ?? false)
  const [isDefault, setDefault] = useState(old?.isDefault ?? false)
  const [isOrgDefault, setOrgDefault] = useState(old?.isOrgDefault ?? false)
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const shared = visibility === 'org'
  const mayKeepToMe = !old || old.mine
  const given = {
    name: name.trim(),
    icon,
    locked,
    // Only what was pressed: a default for everybody is also one's own as long as one has chosen no other.
    ...(isDefault !== (old?.isDefault ?? false) ? { isDefault } : {}),
    ...(mayShare ? { visibility } : {}),
    ...(mayShare && (shared && isOrgDefault) !== (old?.isOrgDefault ?? false)
      ? { isOrgDefault: shared && isOrgDefault }
      : {}),
  }
  const submit = async () => {
    if (!given.name) return setProblem(tc('validation.required'))
    setBusy(true)
    try {
      if (old) {
        if (await changeView(qc, old, given)) onClose()
      } else {
        const made = await addView(qc, { recordType: views.recordType, query: views.query, ...given })
        onClose()
        views.open(made, true)
        toast.success(t('saved', { name: made.name }))
      }
    } catch (e) {
      const detail = isApiError(e) ? e.details.find((d) => d.field === 'name') : undefined
      setProblem(detail?.message ?? errorMessage(e))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      size="sm"
      title={t(old ? 'editTitle' : 'newTitle')}
      description={old ? undefined : t('newText')}
      onOpenChange={(o) => !o && onClose()}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="saved-view" busy={busy}>
            {tc('action.save')}
          </Button>
        </>
      }
    >
      <form
        id="saved-view"
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault()
          void submit()
        }}
      >
        <Field label={t('name')} error={problem} required>
          <Input
            value={name}
            maxLength={100}
            autoComplete="off"
            placeholder={t('namePlaceholder')}
            onChange={(e) => {
              setName(e.target.value)
              setProblem(undefined)
            }}
          />
        </Field>
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">{t('icon')}</legend>
          <div className="flex flex-wrap gap-1">
            {(Object.keys(VIEW_ICONS) as ViewIconId[]).map((id) => (
              <label
                key={id}
                className={cn(
                  'relative grid size-8 place-items-center rounded-md has-focus-visible:outline-2 has-focus-visible:outline-ring any-pointer-coarse:size-10',
                  icon === id
                    ? 'bg-accent-soft text-accent-text shadow-[inset_0_0_0_1px_var(--accent-line)]'
                    : 'text-subtle hover:bg-hover hover:text-fg',
                )}
              >
                <input
                  type="radio"
                  name="view-icon"
                  aria-label={t(`icons.${id}`)}
                  checked={icon === id}
                  onChange={() => setIcon(id)}
                  className="absolute inset-0 m-0 appearance-none outline-none"
                />
                <Glyph icon={id} size={16} />
              </label>
            ))}
          </div>
        </fieldset>
        {mayShare && mayKeepToMe && (
          <div>
            <p aria-hidden className="mb-1.5 text-sm font-medium">
              {t('who')}
            </p>
            <Segmented
              label={t('who')}
              value={visibility}
              onValueChange={setVisibility}
              className="w-full"
              options={[
                { value: 'private', label: t('onlyMe') },
                { value: 'org', label: t('everybody') },
              ]}
            />
          </div>
        )}
        <ChoiceRow label={t('makeDefault')} hint={t('defaultHint')}>
          {(control) => <Checkbox {...control} checked={isDefault} onCheckedChange={setDefault} />}
        </ChoiceRow>
        {mayShare && shared && (
          <ChoiceRow label={t('makeOrgDefault')} hint={t('orgDefaultHint')}>
            {(control) => <Checkbox {...control} checked={isOrgDefault} onCheckedChange={setOrgDefault} />}
          </ChoiceRow>
        )}
        <ChoiceRow label={t('lock')} hint={t('lockHint')}>
          {(control) => <Checkbox {...control} checked={locked} onCheckedChange={setLocked} />}
        </ChoiceRow>
      </form>
    </Dialog>
  )
}
