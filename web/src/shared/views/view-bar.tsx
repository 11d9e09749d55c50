import { ChevronDown, LayoutList, Plus, RotateCcw, Save } from 'lucide-react'
import { lazy, type MouseEvent, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, useCommands } from '@/shared/commands/commands'
import { useKey } from '@/shared/commands/keys'
import { cn } from '@/shared/lib/cn'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { Skeleton } from '@/shared/ui/skeleton'
import { tabCls } from '@/shared/ui/tab-look'
import { toast } from '@/shared/ui/toast'
import { tipProps } from '@/shared/ui/tooltip'
import type { Asking } from './asking'
import { mayChange } from './model'
import { Signs } from './signs'
import type { Views } from './use-views'
import { ViewIcon } from './view-icon'

const ViewDialog = lazy(() => import('./view-dialog'))
const ViewMenu = lazy(() => import('./view-menu-popup'))
const ChangedMenu = lazy(() => import('./changed-menu'))
const ViewList = lazy(() => import('./view-list'))

/** A view that nobody has to save: a question that is always there. */
export type Preset = { label: string; on: boolean; search: object }
type BarProps = { views: Views; all: string; preset?: Preset; isLoading: boolean }
/** The saved views of a list as tabs, and what can be done with the one that is open. */
export default function ViewBar({ views, all, preset, isLoading }: BarProps) {
  const { t } = useTranslation('views')
  const mayShare = useCan('crm.views.share')
  const [asking, setAsking] = useState<Asking | null>(null)
  const [listed, setListed] = useState(false)
  const listKey = useKey('views')
  const [listButton, setListButton] = useState<HTMLElement | null>(null)
  const { current } = views
  const isPreset = preset?.on ?? false
  const isChanged = views.isChanged && !isPreset
  // A locked one is unlocked first: nobody saves over it by the way.
  const maySave = current !== null && mayChange(current, mayShare) && !current.locked
  const save = () => {
    if (!current || !maySave) return setAsking({ what: 'new' })
    void views.save().then((ok) => ok && toast.success(t('saved', { name: current.name })))
  }
  const reset = () => views.open(current)
  const scroller = useScrolledTo(current?.id ?? 'all')
  useViewCommands({ list: () => setListed(true), save: isChanged ? save : null, reset: isChanged ? reset : null })
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line pr-2.5 pl-2 max-md:h-12">
      <nav
        aria-label={t('label')}
        ref={scroller}
        className="no-scrollbar min-w-0 flex-1 overflow-x-auto p-0.5 [mask-image:linear-gradient(to_right,#000_calc(100%-20px),transparent)]"
      >
        <ul className="flex w-max items-center gap-0.5 pr-5">
          <ViewTab
            href={views.hrefOf(null)}
            on={current === null && !isPreset}
            changed={isChanged}
            onOpen={() => views.open(null)}
          >
            {all}
          </ViewTab>
          {preset && (
            <ViewTab
              href={views.hrefOf(null, preset.search)}
              on={isPreset}
              changed={false}
              onOpen={() => views.open(null, false, preset.search)}
            >
              {preset.label}
            </ViewTab>
          )}
          {isLoading && views.views.length === 0 && <TabsSkeleton />}
          {views.views.map((v) => (
            <ViewTab
              key={v.id}
              href={views.hrefOf(v)}
              on={v.id === current?.id}
              changed={isChanged}
              onOpen={() => views.open(v)}
              menu={
                v.id === current?.id && (
                  <MenuButton
                    label={t('actions', { name: v.name })}
                    className="mr-0.5 size-6! any-pointer-coarse:size-8!"
                    icon={<ChevronDown size={13} />}
                  >
                    {(anchor, close) => (
                      <ViewMenu
                        anchor={anchor}
                        onClose={close}
                        view={v}
                        views={views}
                        mayShare={mayShare}
                        onAsk={setAsking}
                      />
                    )}
                  </MenuButton>
                )
              }
            >
              <ViewIcon icon={v.icon} />
              <span className="max-w-48 truncate">{v.name}</span>
              <Signs view={v} />
            </ViewTab>
          ))}
          <li>
            <IconButton
              label={t('new')}
              className="any-pointer-coarse:size-9!"
              onClick={() => setAsking({ what: 'new' })}
            >
              <Plus size={15} />
            </IconButton>
          </li>
        </ul>
      </nav>
      {isChanged && (
        <Changed
          canSave={maySave}
          isView={current !== null}
          onSave={save}
          onReset={reset}
          onSaveAs={() => setAsking({ what: 'new' })}
        />
      )}
      {views.views.length > 0 && (
        <IconButton
          ref={setListButton}
          label={t('all')}
          keys={listKey}
          className="any-pointer-coarse:size-9!"
          aria-haspopup="dialog"
          onClick={() => setListed(true)}
        >
          <LayoutList size={15} />
        </IconButton>
      )}
      <Suspense>
        {asking && (
          <ViewDialog
            key={asking.what === 'edit' ? asking.view.id : 'new'}
            asking={asking}
            views={views}
            mayShare={mayShare}
            onClose={() => setAsking(null)}
          />
        )}
        {listed && (
          <ViewList
            views={views}
            mayShare={mayShare}
            anchor={listButton}
            onAsk={setAsking}
            onClose={() => setListed(false)}
          />
        )}
      </Suspense>
    </div>
  )
}

type TabProps = {
  href: string
  on: boolean
  changed: boolean
  onOpen: () => void
  menu?: ReactNode
  children: ReactNode
}
function ViewTab({ href, on, changed, onOpen, menu, children }: TabProps) {
  const { t } = useTranslation('views')
  const press = (e: MouseEvent) => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
    e.preventDefault()
    onOpen()
  }
  return (
    <li className={cn('flex shrink-0 items-center rounded-md', on && 'bg-active')} data-view-on={on || undefined}>
      <a
        href={href}
        aria-current={on ? 'page' : undefined}
        onClick={press}
        className={cn(tabCls, on && 'bg-transparent! text-fg!', on && menu && 'pr-1!')}
      >
        {children}
        {on && changed && (
          <span
            role="img"
            aria-label={t('changed')}
            {...tipProps({ label: t('changed') })}
            className="size-1.5 shrink-0 rounded-full bg-accent"
          />
        )}
      </a>
      {menu}
    </li>
  )
}
type MenuButtonProps = {
  label: string
  className?: string
  icon: ReactNode
  children: (anchor: Element, close: () => void) => ReactNode
}
/** Its menu comes with the first press: lists have no room for menus. */
function MenuButton({ label, className, icon, children }: MenuButtonProps) {
  const [open, setOpen] = useState(false)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  return (
    <>
      <IconButton
        ref={setAnchor}
        label={label}
        tip={false}
        aria-haspopup="menu"
        aria-expanded={open}
        data-popup-open={open ? '' : undefined}
        className={className}
        onClick={() => setOpen(true)}
      >
        {icon}
      </IconButton>
      {open && anchor && <Suspense>{children(anchor, () => setOpen(false))}</Suspense>}
    </>
  )
}

type ChangedProps = { canSave: boolean; isView: boolean; onSave: () => void; onSaveAs: () => void; onReset: () => void }
/** Beside the tabs when the list is no longer what the view says. On a phone it is one menu. */
function Changed({ canSave, isView, onSave, onSaveAs, onReset }: ChangedProps) {
  const { t } = useTranslation('views')
  return (
    <>
      <span className="flex items-center gap-1 max-md:hidden">
        <Button variant="ghost" onClick={onReset}>
          {t('reset')}
        </Button>
        {canSave && (
          <Button variant="ghost" className="text-accent-text!" onClick={onSave}>
            {t('save')}
          </Button>
        )}
        <Button variant={canSave ? 'ghost' : 'secondary'} onClick={onSaveAs}>
          {t(isView ? 'saveAs' : 'saveNew')}
        </Button>
      </span>
      <span className="md:hidden">
        <MenuButton
          label={t('changed')}
          className="any-pointer-coarse:size-9!"
          icon={<Save size={15} className="text-accent-text" />}
        >
          {(anchor, close) => (
            <ChangedMenu
              anchor={anchor}
              onClose={close}
              isView={isView}
              onSave={canSave ? onSave : null}
              onSaveAs={onSaveAs}
              onReset={onReset}
            />
          )}
        </MenuButton>
      </span>
    </>
  )
}

const TabsSkeleton = () => (
  <li aria-hidden className="flex gap-3 px-2">
    <Skeleton className="h-3.5 w-20" />
    <Skeleton className="h-3.5 w-16" />
  </li>
)

/** The open tab is in sight. */
function useScrolledTo(id: string) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    if (id) ref.current?.querySelector('[data-view-on]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [id])
  return ref
}

type Runs = { list: () => void; save: (() => void) | null; reset: (() => void) | null }
function useViewCommands(runs: Runs) {
  const { t } = useTranslation('views')
  const now = useRef(runs)
  now.current = runs
  const changed = runs.save !== null
  const commands = useMemo<Command[]>(
    () => [
      { id: 'views.all', label: t('all'), icon: LayoutList, action: 'views', run: () => now.current.list() },
      ...(changed
        ? [
            {
              id: 'views.save',
              label: t('saveView'),
              icon: Save,
              action: 'saveView' as const,
              run: () => now.current.save?.(),
            },
            { id: 'views.reset', label: t('resetView'), icon: RotateCcw, run: () => now.current.reset?.() },
          ]
        : []),
    ],
    [t, changed],
  )
  useCommands(commands)
}
