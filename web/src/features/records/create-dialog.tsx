import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronDown } from 'lucide-react'
import { useRef, useState } from 'react'
import { type UseFormReturn, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type { DuplicateHint } from '@/api/gen/types.gen'
import { Form, FormError, FormField, useZodForm } from '@/shared/form/form'
import { cn } from '@/shared/lib/cn'
import { useDebounced } from '@/shared/lib/use-debounced'
import { useCan, useSession } from '@/shared/session/session'
import { loadZones, zoneOption } from '@/shared/time-zones/zones'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Combobox } from '@/shared/ui/combobox'
import { confirm } from '@/shared/ui/confirm'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input, Textarea } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { type Option, Select } from '@/shared/ui/select'
import { toast } from '@/shared/ui/toast'
import { ValuesInput } from '@/shared/ui/values-input'
import { api, loadCompanies, loadMembers, loadTagNames, refresh } from './api'
import { RecordIcon } from './cells'
import { type CustomDraft, CustomInputs, customErrors, customInput } from './custom-inputs'
import { withAvatars, withLogos } from './field-editor'
import { type Kind, SIZES, titleById } from './fields'
import { KINDS } from './kinds'
import { type Draft, duplicateQuestion, emptyDraft, namingValues, toInput } from './record-input'
import { looksLikeEmail, looksLikePhone } from './show'

type DraftForm = UseFormReturn<Draft, unknown, Draft>
type CreateProps = { kind: Kind; company?: Option; onClose: () => void }
/** The form for a new contact or company, with a look-out for one that is already there. */
export default function CreateDialog({ kind, company, onClose }: CreateProps) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const navigate = useNavigate()
  const { user } = useSession()
  const { texts, page } = KINDS[kind]
  const [another, setAnother] = useState(false)
  const [picked, setPicked] = useState<Picked>({
    company: company ?? null,
    owner: { value: user.id, label: user.name },
  })
  const start: Draft = { ...emptyDraft, ownerId: user.id, companyId: company?.value ?? null }
  const schema = () => import('@/api/gen/zod.gen').then((m) => (kind === 'contact' ? m.zContactInput : m.zCompanyInput))
  const form = useZodForm(schema as never, { defaultValues: start as never }) as unknown as DraftForm
  const { isDirty } = form.formState // read here, else it is not followed
  const [custom, setCustom] = useState<CustomDraft>({ values: {}, errors: {} })
  const warned = useRef(new Set<string>())
  const openExisting = (id: string) => void navigate({ to: page, params: { id } })

  const submit = async (valid: Draft) => {
    // The schema drops what it does not know; the form holds all there is.
    const input = { ...toInput(kind, { ...form.getValues(), ...valid }), ...customInput(custom.values) }
    const created = await api.create(kind, input).catch((e: unknown) => {
      setCustom({ ...custom, errors: customErrors(e) })
      throw namingValues(e, input)
    })
    refresh(qc, kind)
    if ('companyName' in input) refresh(qc, 'company')
    toast.add({
      type: 'success',
      title: t(`${texts}.created`, { name: created.name }),
      action: { label: t('open'), onClick: () => openExisting(created.id) },
    })
    const [similar] = created.duplicates.filter((d) => !warned.current.has(d.id))
    if (similar)
      toast.add({
        type: 'info',
        title: t('duplicates.after', { name: similar.name }),
        timeout: 10_000,
        action: { label: t('duplicates.open'), onClick: () => openExisting(similar.id) },
      })
    if (!another) return onClose()
    setCustom({ values: {}, errors: {} })
    form.reset({ ...start, companyId: form.getValues('companyId'), companyName: form.getValues('companyName') })
    form.setFocus('name')
  }
  const leave = async () => {
    const sure =
      !isDirty ||
      (await confirm({
        title: t('discard.title'),
        description: t('discard.text'),
        action: t('discard.action'),
        danger: true,
      }))
    if (sure) onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && void leave()}
      title={t(`${texts}.new`)}
      initialFocus={() => document.querySelector<HTMLInputElement>('[data-first-field]')}
      footer={
        <>
          <label htmlFor="create-another" className="mr-auto flex items-center gap-2.5 text-sm text-muted">
            <Checkbox id="create-another" checked={another} onCheckedChange={setAnother} />
            {t('another')}
          </label>
          <Button size="md" onClick={() => void leave()}>
            {tc('action.cancel')}
          </Button>
          <CreateButton form={form} />
        </>
      }
    >
      <Form id="create-record" form={form} onSubmit={submit} className="flex flex-col gap-4">
        <FormField form={form} name="name" label={titleById(kind, 'name', t)} required>
          {(f) => <Input {...f} data-first-field autoComplete="off" maxLength={255} />}
        </FormField>
        {kind === 'contact' ? (
          <ContactFields form={form} picked={picked} onPicked={setPicked} />
        ) : (
          <CompanyFields form={form} />
        )}
        <More kind={kind} form={form} picked={picked} onPicked={setPicked} custom={custom} onCustom={setCustom} />
        <Duplicates kind={kind} form={form} onShown={(d) => warned.current.add(d.id)} onOpen={onClose} />
        <FormError />
      </Form>
    </Dialog>
  )
}
/** Outside of the form element, in the dialog's footer. */
function CreateButton({ form }: { form: DraftForm }) {
  const { t } = useTranslation()
  return (
    <Button type="submit" form="create-record" variant="primary" size="md" busy={form.formState.isSubmitting}>
      {t('action.create')}
    </Button>
  )
}

type Picked = { company: Option | null; owner: Option | null }
type PartProps = { form: DraftForm; picked: Picked; onPicked: (p: Picked) => void }
const half = 'grid gap-4 sm:grid-cols-2'

function ContactFields({ form, picked, onPicked }: PartProps) {
  const { t } = useTranslation('records')
  const company = (o: Option | null, isNew = false) => {
    onPicked({ ...picked, company: o })
    form.setValue('companyId', isNew ? null : (o?.value ?? null), { shouldDirty: true })
    form.setValue('companyName', isNew ? (o?.label ?? null) : null, { shouldDirty: true })
    form.clearErrors(['companyId', 'companyName'])
  }
  const problem = form.formState.errors.companyName?.message ?? form.formState.errors.companyId?.message
  return (
    <>
      <div className={half}>
        <Field label={t('field.companyId')} error={problem}>
          <Combobox
            value={picked.company}
            onValueChange={(o) => company(o)}
            onCreate={(text) => company({ value: `new:${text}`, label: text }, true)}
            load={(q, s) => loadCompanies(q, s).then(withLogos)}
            placeholder={t('hint.company')}
          />
        </Field>
        <FormField form={form} name="jobTitle" label={t('field.jobTitle')}>
          {(f) => <Input {...f} autoComplete="off" maxLength={200} />}
        </FormField>
      </div>
      <Reach form={form} />
      <div className={half}>
        <FormField form={form} name="telegramUsername" label={t('field.telegramUsername')}>
          {(f) => <Input {...f} placeholder="@username" autoComplete="off" spellCheck={false} autoCapitalize="none" />}
        </FormField>
        <Owner form={form} picked={picked} onPicked={onPicked} />
      </div>
    </>
  )
}
function CompanyFields({ form }: { form: DraftForm }) {
  const { t } = useTranslation('records')
  return (
    <>
      <div className={half}>
        <FormField form={form} name="website" label={t('field.website')}>
          {(f) => <Input {...f} inputMode="url" placeholder="example.com" autoComplete="off" />}
        </FormField>
        <FormField form={form} name="industry" label={t('field.industry')}>
          {(f) => <Input {...f} autoComplete="off" maxLength={100} />}
        </FormField>
      </div>
      <Reach form={form} />
      <FormField form={form} name="size" label={t('field.size')}>
        {(f) => (
          <Select
            value={f.value ?? ''}
            onValueChange={(v) => f.onChange(v || null)}
            options={[{ value: '', label: t('notSet') }, ...SIZES.map((s) => ({ value: s, label: t(`size.${s}`) }))]}
          />
        )}
      </FormField>
    </>
  )
}
function Reach({ form }: { form: DraftForm }) {
  const { t } = useTranslation('records')
  return (
    <div className={half}>
      <FormField form={form} name="emails" label={t('field.emails')}>
        {(f) => (
          <ValuesInput
            value={f.value}
            onValueChange={f.onChange}
            onBlur={f.onBlur}
            normalize={(s) => s.toLowerCase()}
            validate={(s) => (looksLikeEmail(s) ? null : t('problem.emails'))}
            placeholder={t('hint.emails')}
            inputMode="email"
            max={20}
          />
        )}
      </FormField>
      <FormField form={form} name="phones" label={t('field.phones')}>
        {(f) => (
          <ValuesInput
            value={f.value}
            onValueChange={f.onChange}
            onBlur={f.onBlur}
            validate={(s) => (looksLikePhone(s) ? null : t('problem.phones'))}
            placeholder={t('hint.phones')}
            inputMode="tel"
            max={20}
          />
        )}
      </FormField>
    </div>
  )
}
function Owner({ form, picked, onPicked }: PartProps) {
  const { t } = useTranslation('records')
  return (
    <FormField form={form} name="ownerId" label={t('field.ownerId')}>
      {(f) => (
        <Combobox
          value={picked.owner && { ...picked.owner, icon: <Avatar name={picked.owner.label} size={18} /> }}
          onValueChange={(o) => {
            onPicked({ ...picked, owner: o })
            f.onChange(o?.value ?? null)
          }}
          load={(q, s) => loadMembers(q, s).then(withAvatars)}
          placeholder={t('noOwner')}
        />
      )}
    </FormField>
  )
}

/** The rarer fields, out of the way until they are wanted or one of them is refused. */
type MoreProps = PartProps & { kind: Kind; custom: CustomDraft; onCustom: (c: CustomDraft) => void }
function More({ kind, form, picked, onPicked, custom, onCustom }: MoreProps) {
  const { t } = useTranslation('records')
  const [open, setOpen] = useState(false)
  const { errors } = form.formState
  const refused = (
    ['tags', 'source', 'description', 'leadScore', 'website', 'linkedinUrl', 'timeZone', 'address'] as const
  ).some((k) => k in errors)
  const shown = open || refused || Object.keys(custom.errors).length > 0
  return (
    <>
      <FormField form={form} name="tags" label={t('field.tags')}>
        {(f) => (
          <ValuesInput
            value={f.value}
            onValueChange={f.onChange}
            onBlur={f.onBlur}
            load={(q, s) => loadTagNames(q, s)}
            placeholder={t('hint.tags')}
            max={50}
          />
        )}
      </FormField>
      <Button variant="ghost" className="-ml-2 self-start" aria-expanded={shown} onClick={() => setOpen(!open)}>
        <ChevronDown size={14} aria-hidden className={cn('transition-transform', shown && 'rotate-180')} />
        {t(shown ? 'fewerFields' : 'moreFields')}
      </Button>
      {shown && (
        <>
          {kind === 'contact' ? (
            <div className={half}>
              <FormField form={form} name="website" label={t('field.website')}>
                {(f) => <Input {...f} inputMode="url" placeholder="example.com" autoComplete="off" />}
              </FormField>
              <FormField form={form} name="linkedinUrl" label={t('field.linkedinUrl')}>
                {(f) => <Input {...f} inputMode="url" placeholder="linkedin.com/in/…" autoComplete="off" />}
              </FormField>
              <FormField form={form} name="leadScore" label={t('field.leadScore')} hint={t('hint.score')}>
                {(f) => (
                  <Input
                    {...f}
                    type="number"
                    min={0}
                    max={100}
                    value={f.value ?? ''}
                    onChange={(e) => f.onChange(e.target.value === '' ? null : Number(e.target.value))}
                  />
                )}
              </FormField>
              <FormField form={form} name="source" label={t('field.source')}>
                {(f) => <Input {...f} autoComplete="off" maxLength={100} />}
              </FormField>
              <FormField form={form} name="timeZone" label={t('field.timeZone')}>
                {(f) => (
                  <Combobox
                    value={f.value ? zoneOption(f.value) : null}
                    onValueChange={(o) => f.onChange(o?.value ?? null)}
                    load={loadZones}
                    placeholder={t('notSet')}
                  />
                )}
              </FormField>
            </div>
          ) : (
            <>
              <div className={half}>
                <Owner form={form} picked={picked} onPicked={onPicked} />
                <FormField form={form} name="source" label={t('field.source')}>
                  {(f) => <Input {...f} autoComplete="off" maxLength={100} />}
                </FormField>
              </div>
              <FormField form={form} name="address" label={t('field.address')}>
                {(f) => <Input {...f} autoComplete="off" maxLength={500} />}
              </FormField>
            </>
          )}
          <FormField form={form} name="description" label={t('field.description')}>
            {(f) => <Textarea {...f} rows={3} maxLength={5000} />}
          </FormField>
          <CustomInputs kind={kind} draft={custom} onDraft={onCustom} />
          {kind === 'contact' && (
            <ChoiceRow label={t('field.doNotContact')} hint={t('hint.doNotContact')}>
              {(control) => (
                <Checkbox
                  {...control}
                  checked={form.watch('doNotContact')}
                  onCheckedChange={(on) => form.setValue('doNotContact', on, { shouldDirty: true })}
                />
              )}
            </ChoiceRow>
          )}
        </>
      )}
    </>
  )
}

type DuplicatesProps = { kind: Kind; form: DraftForm; onShown: (d: DuplicateHint) => void; onOpen: () => void }
function Duplicates({ kind, form, onShown, onOpen }: DuplicatesProps) {
  const { t } = useTranslation('records')
  const mayRead = useCan(kind === 'contact' ? 'crm.contacts.read' : 'crm.companies.read')
  const draft = useWatch({ control: form.control }) as Partial<Draft>
  const question = useDebounced(JSON.stringify(duplicateQuestion(kind, draft)), 400)
  const asked = JSON.parse(question) as ReturnType<typeof duplicateQuestion>
  const q = useQuery({
    queryKey: ['duplicates', kind, question],
    queryFn: ({ signal }) => api.duplicates(kind, asked ?? {}, signal),
    enabled: mayRead && asked !== null,
    retry: false,
    placeholderData: asked ? (before) => before : undefined,
  })
  const found = asked ? (q.data ?? []) : []
  for (const d of found) onShown(d)
  return (
    <div role="status">
      {found.length > 0 && (
        <Notice kind="warning" title={t(`duplicates.title`, { count: found.length })}>
          <ul className="mt-1 flex flex-col gap-1">
            {found.slice(0, 4).map((d) => (
              <li key={d.id} className="flex min-w-0 items-center gap-2">
                <RecordIcon kind={kind} name={d.name} size={20} />
                <span className="min-w-0 flex-1 truncate">
                  <span className="font-medium">{d.name}</span>
                  {d.companyName && <span> · {d.companyName}</span>}
                  <span className="opacity-80"> — {d.matchedOn.map((m) => t(`duplicates.on.${m}`)).join(', ')}</span>
                </span>
                <Link
                  to={KINDS[kind].page}
                  params={{ id: d.id }}
                  onClick={onOpen}
                  className="shrink-0 font-medium underline underline-offset-2"
                >
                  {t('duplicates.open')}
                </Link>
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  )
}
