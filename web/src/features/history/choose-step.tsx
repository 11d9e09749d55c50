import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatImport } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useCan } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Select } from '@/shared/ui/select'
import { Skeleton } from '@/shared/ui/skeleton'
import { StepLayout, StepNav } from '@/shared/ui/step-layout'
import { accountsOptions, useStart } from './api'
import { ChatRows } from './chat-rows'
import { draftOf, found, matchedOf, messagesOf, plan, toggled, withPerson } from './model'

/** Which chats of the file, with whom they are, and of which account. */
export default function ChooseStep({ im }: { im: ChatImport }) {
  const { t } = useTranslation('history')
  const [draft, setDraft] = useState(() => draftOf(im.chats))
  const [account, setAccount] = useState<string | null>(null)
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const start = useStart(im.id)
  const accounts = useQuery({ ...accountsOptions(), enabled: useCan('bd.accounts.read') })
  const all = useId()
  const only = accounts.data?.length === 1 ? accounts.data[0]?.id : undefined
  const accountId = account ?? only ?? null
  const shown = useMemo(() => found(im.chats, text), [im.chats, text])
  const chosen = plan(draft, im.chats)
  const some = shown.filter((c) => draft.chosen.has(c.id)).length
  const next = () => {
    setTried(true)
    if (accountId && chosen.length > 0) start.mutate({ accountId, chats: chosen })
  }
  const refused = (field: string) =>
    isApiError(start.error) ? start.error.details.find((d) => d.field.startsWith(field))?.message : undefined
  const other = start.error && !refused('accountId') && !refused('chats')
  return (
    <StepLayout
      title={t('choose.title')}
      text={t('choose.text')}
      footer={
        <StepNav onNext={next} next={t('choose.start', { count: chosen.length })} busy={start.isPending}>
          {chosen.length === 0
            ? t('choose.nothing')
            : t('choose.sum', { count: messagesOf(draft, im.chats), matched: matchedOf(draft, im.chats) })}
        </StepNav>
      }
    >
      <div role="alert" className="flex flex-col gap-3 empty:hidden">
        {other && <Notice kind="error">{errorMessage(start.error)}</Notice>}
        {refused('chats') && <Notice kind="error">{refused('chats')}</Notice>}
        {tried && chosen.length === 0 && <Notice kind="error">{t('choose.nothing')}</Notice>}
      </div>
      <section className="rounded-lg bg-card p-4 shadow-card md:p-5">
        {accounts.isPending && accounts.isFetching ? (
          <Skeleton className="h-14" />
        ) : accounts.error && !accounts.data ? (
          <ErrorState error={accounts.error} onRetry={() => void accounts.refetch()} className="py-6!" />
        ) : accounts.data?.length ? (
          <Field
            label={t('choose.account')}
            required
            hint={t('choose.accountHint')}
            error={refused('accountId') ?? (tried && !accountId && t('choose.noAccount'))}
            className="max-w-96"
          >
            <Select
              value={accountId}
              onValueChange={setAccount}
              placeholder={t('choose.accountChoose')}
              options={accounts.data.map((a) => ({
                value: a.id,
                label: a.name,
                ...(!a.isConnected && { hint: t('choose.disconnected') }),
              }))}
            />
          </Field>
        ) : (
          <Notice
            kind="warning"
            title={t('choose.noAccounts')}
            actions={
              <Link to="/accounts" search={{ connect: true }} className={buttonCls('secondary', 'md')}>
                {t('choose.connect')}
              </Link>
            }
          >
            {t('choose.noAccountsText')}
          </Notice>
        )}
      </section>
      <section aria-label={t('choose.chats')} className="overflow-hidden rounded-lg bg-card shadow-card">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-sunken px-4 py-2">
          <Checkbox
            id={all}
            aria-label={t('choose.all')}
            checked={shown.length > 0 && some === shown.length}
            indeterminate={some > 0 && some < shown.length}
            disabled={shown.length === 0}
            onCheckedChange={(on) =>
              setDraft(
                toggled(
                  draft,
                  shown.map((c) => c.id),
                  on,
                ),
              )
            }
          />
          <span role="status" className="tabular min-w-0 flex-1 text-xs font-medium">
            {t('choose.chosen', { count: chosen.length, total: im.chats.length })}
          </span>
          <div className="min-w-0 flex-1 basis-48">
            <Input
              type="search"
              aria-label={t('choose.search')}
              placeholder={t('choose.search')}
              icon={<Search size={14} aria-hidden />}
              value={text}
              onChange={(e) => setText(e.target.value)}
            />
          </div>
        </div>
        {shown.length === 0 ? (
          <EmptyState
            icon={Search}
            tone="gray"
            title={t('choose.noneFound', { text: text.trim() })}
            className="py-8!"
          />
        ) : (
          <ChatRows
            chats={shown}
            draft={draft}
            onToggle={(id, on) => setDraft(toggled(draft, [id], on))}
            onPerson={(id, person) => setDraft(withPerson(draft, id, person))}
          />
        )}
      </section>
      <p className="px-1 text-xs text-subtle">{t('choose.media')}</p>
    </StepLayout>
  )
}
