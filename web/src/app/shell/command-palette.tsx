import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { CornerDownLeft, Handshake, Search, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { globalSearchOptions } from '@/api/gen/@tanstack/react-query.gen'
import { errorMessage } from '@/shared/api/messages'
import { type Recent, recents, remember } from '@/shared/commands/recents'
import { useDebounced } from '@/shared/lib/use-debounced'
import { useSession } from '@/shared/session/session'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Autocomplete, Dialog } from '@/shared/ui/command'
import { backdropCls } from '@/shared/ui/dialog'
import { Kbd } from '@/shared/ui/kbd'
import { RefreshBar } from '@/shared/ui/progress'
import { hide, useShell } from './overlays'
import { type PaletteCommand, usePaletteCommands } from './palette-commands'
import { pieces, rank } from './palette-search'
import { lastCommands, rememberCommand } from './recent-commands'

type Row = { id: string; label: string; command?: PaletteCommand; record?: Recent }
type Rows = { value: string; label: string; items: Row[] }
const MIN_CHARS = 2
const MOST_COMMANDS = 6

export default function CommandPalette() {
  const { t } = useTranslation('shell')
  const open = useShell((s) => s.open === 'palette')
  return (
    <Dialog.Root open={open} onOpenChange={(o) => !o && hide('palette')}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropCls} />
        <Dialog.Popup
          aria-label={t('palette.title')}
          className="popup-anim fixed inset-x-0 top-[14vh] z-50 mx-auto flex w-[min(600px,calc(100vw-24px))] flex-col overflow-hidden rounded-xl bg-raised text-fg shadow-pop outline-none max-md:top-3"
        >
          <Palette />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const PAGE = { contact: '/contacts/$id', company: '/companies/$id', deal: '/deals/$id' } as const
const commandRow = (command: PaletteCommand): Row => ({ id: command.id, label: command.label, command })
const recordRow = (record: Recent): Row => ({ id: record.id, label: record.name, record })

function useRows(query: string) {
  const { t } = useTranslation('shell')
  const { organization } = useSession()
  const commands = usePaletteCommands()
  const [opened] = useState(() => ({ records: recents(organization.id).slice(0, 5), commands: lastCommands() }))
  const text = query.trim()
  const q = useDebounced(text, 180)
  const asked = q.length >= MIN_CHARS && text.length >= MIN_CHARS
  const search = useQuery({
    ...globalSearchOptions({ query: { q } }),
    enabled: asked,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  })
  const items = asked ? search.data?.items : undefined
  const groups = useMemo((): Rows[] => {
    if (!text)
      return [
        { value: 'recent', label: t('palette.recent'), items: opened.records.map(recordRow) },
        ...commands.map((g) => ({ value: g.id, label: t(`palette.${g.id}`), items: g.items.map(commandRow) })),
      ]
    const { found, loose } = rank(
      text,
      commands.flatMap((g) => g.items),
      opened.commands,
    )
    const of = (kind: Recent['kind']) => (items ?? []).filter((i) => i.kind === kind).map(recordRow)
    return [
      { value: 'commands', label: t('palette.commands'), items: found.slice(0, MOST_COMMANDS).map(commandRow) },
      { value: 'contacts', label: t('nav.contacts'), items: of('contact') },
      { value: 'companies', label: t('nav.companies'), items: of('company') },
      { value: 'deals', label: t('palette.deals'), items: of('deal') },
      { value: 'loose', label: t('palette.commands'), items: loose.slice(0, MOST_COMMANDS).map(commandRow) },
    ]
  }, [text, commands, opened, items, t])
  const corrected = (asked && search.data?.corrected) || null
  return { groups: groups.filter((g) => g.items.length > 0), search, asked, corrected, settled: q === text }
}

function useRun() {
  const router = useRouter()
  const { organization } = useSession()
  return ({ command, record }: Row) => {
    hide('palette')
    if (command) {
      rememberCommand(command.id)
      command.run()
    }
    if (!record) return
    remember(organization.id, record)
    void router.navigate({ to: PAGE[record.kind], params: { id: record.id } })
  }
}

function Palette() {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const [query, setQuery] = useState('')
  const { groups, search, asked, corrected, settled } = useRows(query)
  const run = useRun()
  const busy = search.isFetching || (query.trim().length >= MIN_CHARS && !settled)
  return (
    <Autocomplete.Root
      inline
      open
      items={groups}
      filter={null}
      value={query}
      onValueChange={(v, { reason }) => reason !== 'item-press' && setQuery(v)}
      autoHighlight="always"
      keepHighlight
      itemToStringValue={(r: Row) => r.label}
    >
      <div className="flex h-12 shrink-0 items-center gap-2.5 border-b border-line px-4">
        <Search size={17} className="shrink-0 text-subtle" aria-hidden />
        <Autocomplete.Input
          aria-label={t('nav.search')}
          placeholder={t('palette.placeholder')}
          className="h-full min-w-0 flex-1 bg-transparent text-base outline-none any-pointer-coarse:text-lg"
        />
        <Kbd className="max-md:hidden">esc</Kbd>
        <Dialog.Close
          aria-label={tc('action.close')}
          className="-mr-1 grid size-9 place-items-center rounded-md text-subtle md:hidden"
        >
          <X size={18} />
        </Dialog.Close>
      </div>
      <RefreshBar active={busy} label={tc('ui.loading')} />
      <Autocomplete.Empty className="text-sm text-subtle empty:hidden">
        {busy || (asked && search.isError) ? null : (
          <span className="block px-4 py-8 text-center">{t('palette.nothing', { query: query.trim() })}</span>
        )}
      </Autocomplete.Empty>
      {corrected && (
        <p role="status" className="border-b border-line px-4 py-2 text-xs text-muted">
          {t('palette.corrected', { query: query.trim(), corrected })}
        </p>
      )}
      <Autocomplete.List className="max-h-[min(420px,60dvh)] scroll-py-1.5 overflow-y-auto overscroll-contain p-1.5 data-[empty]:p-0 max-md:max-h-[calc(100dvh-120px)]">
        {(g: Rows) => (
          <Autocomplete.Group key={g.value} items={g.items}>
            <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-2xs font-medium text-subtle">
              {g.label}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(r: Row) => (
                <Autocomplete.Item
                  key={r.id}
                  value={r}
                  onClick={() => run(r)}
                  className="flex min-h-9 items-center gap-3 rounded-md px-2.5 text-sm outline-none any-pointer-coarse:min-h-11 data-[highlighted]:bg-hover"
                >
                  {r.record ? (
                    <RecordRow record={r.record} query={corrected ?? query} />
                  ) : (
                    r.command && <CommandRow command={r.command} />
                  )}
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
      {asked && search.isError && (
        <div role="alert" className="flex items-center gap-3 border-t border-line px-4 py-2.5 text-xs text-danger">
          <span className="min-w-0 flex-1">
            {t('palette.searchFailed')} {errorMessage(search.error)}
          </span>
          <Button onClick={() => void search.refetch()}>{tc('action.retry')}</Button>
        </div>
      )}
      <Hints />
    </Autocomplete.Root>
  )
}

function CommandRow({ command: { icon: Icon, label, keys } }: { command: PaletteCommand }) {
  return (
    <>
      <Icon size={16} strokeWidth={1.75} className="shrink-0 text-subtle" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {keys && (
        <span className="flex gap-1 max-md:hidden">
          {keys.map((k) => (
            <Kbd key={k}>{k}</Kbd>
          ))}
        </span>
      )}
    </>
  )
}

function RecordRow({ record: { kind, name, subtitle }, query }: { record: Recent; query: string }) {
  const { t } = useTranslation('shell')
  return (
    <>
      {kind === 'deal' ? (
        <Handshake size={16} strokeWidth={1.75} className="mx-0.5 shrink-0 text-subtle" aria-hidden />
      ) : kind === 'contact' ? (
        <Avatar name={name} size={20} />
      ) : (
        <CompanyLogo name={name} size={20} />
      )}
      <span className="max-w-[60%] shrink-0 truncate">
        <Marked text={name} query={query} />
      </span>
      <span className="min-w-0 flex-1 truncate text-xs text-subtle">{subtitle}</span>
      <span className="text-2xs text-subtle max-md:hidden">{t(`palette.kind.${kind}`)}</span>
    </>
  )
}

function Marked({ text, query }: { text: string; query: string }) {
  return pieces(text, query).map((p, i) =>
    i % 2 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other identity
      <mark key={i} className="bg-transparent font-semibold text-accent-text">
        {p}
      </mark>
    ) : (
      p
    ),
  )
}

function Hints() {
  const { t } = useTranslation('shell')
  return (
    <div className="flex h-9 shrink-0 items-center gap-4 border-t border-line px-4 text-xs text-subtle max-md:hidden">
      <span className="flex items-center gap-1.5">
        <Kbd>↑↓</Kbd>
        {t('palette.hint.move')}
      </span>
      <span className="flex items-center gap-1.5">
        <Kbd>
          <CornerDownLeft size={10} />
        </Kbd>
        {t('palette.hint.open')}
      </span>
    </div>
  )
}
