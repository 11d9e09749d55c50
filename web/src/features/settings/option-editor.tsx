import { Archive, ArchiveRestore, Plus, X } from 'lucide-react'
import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { toneOfOption } from '@/shared/fields/kinds'
import { cn } from '@/shared/lib/cn'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { moved } from '@/shared/ui/drop-place'
import { IconButton } from '@/shared/ui/icon-button'
import { Input } from '@/shared/ui/input'
import { Menu, MenuContent, MenuRadio, MenuRadioGroup, MenuTrigger } from '@/shared/ui/menu'
import { SortableList } from '@/shared/ui/sortable-list'
import { COLORS, newOption, type OptionDraft } from './fields-model'

type EditorProps = { options: OptionDraft[]; onOptions: (options: OptionDraft[]) => void; problem?: string }
/** The options of a choice: named, coloured, put in order. Enter goes on with the next one. */
export function OptionEditor({ options, onOptions, problem }: EditorProps) {
  const { t } = useTranslation('settings')
  const list = useRef<HTMLDivElement>(null)
  const focusNext = useRef<string | null>(null)
  const problemId = useId()
  useEffect(() => {
    if (!focusNext.current) return
    list.current?.querySelector<HTMLInputElement>(`[data-option="${focusNext.current}"]`)?.focus()
    focusNext.current = null
  })
  const put = (o: OptionDraft) => onOptions(options.map((x) => (x.key === o.key ? o : x)))
  const add = (after = options.length - 1) => {
    const o = newOption(options)
    focusNext.current = o.key
    onOptions(options.toSpliced(after + 1, 0, o))
  }
  const remove = (o: OptionDraft) => {
    const at = options.indexOf(o)
    focusNext.current = (options[at - 1] ?? options[at + 1])?.key ?? null
    onOptions(options.filter((x) => x !== o))
  }
  return (
    <section ref={list} aria-label={t('fields.options')} aria-describedby={problem ? problemId : undefined}>
      <div className="mb-1.5 flex items-baseline gap-2">
        <h3 className="text-sm font-medium">{t('fields.options')}</h3>
        <span className="tabular text-xs text-subtle">{options.length}</span>
      </div>
      <SortableList
        label={t('fields.options')}
        items={options}
        idOf={(o) => o.key}
        nameOf={(o) => o.label || t('fields.optionPlaceholder')}
        onMove={(o, to) => onOptions(moved(options, options.indexOf(o), to))}
        className="flex flex-col gap-1"
      >
        {(o, handle, dragged) => {
          const at = options.indexOf(o)
          const name = o.label || t('fields.option', { position: at + 1 })
          return (
            <div className={cn('flex items-center gap-1 rounded-md bg-raised', dragged && 'shadow-pop')}>
              {handle}
              <ColorMenu option={o} name={name} onColor={(color) => put({ ...o, color })} />
              <Input
                data-option={o.key}
                size="sm"
                maxLength={100}
                autoComplete="off"
                aria-label={t('fields.option', { position: at + 1 })}
                placeholder={t('fields.optionPlaceholder')}
                value={o.label}
                className={o.archived ? 'text-subtle!' : undefined}
                onChange={(e) => put({ ...o, label: e.target.value })}
                onKeyDown={(e) => {
                  if (e.key === 'Enter') {
                    e.preventDefault()
                    add(at)
                  } else if (e.key === 'Backspace' && !o.label && !o.id && options.length > 1) {
                    e.preventDefault()
                    remove(o)
                  }
                }}
              />
              {o.archived && <Badge tone="gray">{t('fields.optionArchived')}</Badge>}
              {o.id ? (
                <IconButton
                  label={t(o.archived ? 'fields.restoreOption' : 'fields.archiveOption', { name })}
                  onClick={() => put({ ...o, archived: !o.archived })}
                >
                  {o.archived ? <ArchiveRestore size={14} /> : <Archive size={14} />}
                </IconButton>
              ) : (
                <IconButton label={t('fields.removeOption', { name })} onClick={() => remove(o)}>
                  <X size={14} />
                </IconButton>
              )}
            </div>
          )
        }}
      </SortableList>
      {problem && (
        <p id={problemId} role="alert" className="mt-1.5 text-xs text-danger">
          {problem}
        </p>
      )}
      <Button variant="ghost" className="mt-1.5 -ml-2" onClick={() => add()}>
        <Plus size={14} aria-hidden />
        {t('fields.addOption')}
      </Button>
      {options.some((o) => o.id) && <p className="mt-1 text-xs text-subtle">{t('fields.optionsHint')}</p>}
    </section>
  )
}

type ColorProps = { option: OptionDraft; name: string; onColor: (c: OptionDraft['color']) => void }
function ColorMenu({ option, name, onColor }: ColorProps) {
  const { t } = useTranslation('settings')
  return (
    <Menu>
      <MenuTrigger
        aria-label={t('fields.optionColor', { name })}
        className="grid size-7 shrink-0 place-items-center rounded-sm hover:bg-hover data-[popup-open]:bg-active any-pointer-coarse:size-9"
      >
        <Dot color={option.color} />
      </MenuTrigger>
      <MenuContent>
        <MenuRadioGroup value={option.color} onValueChange={onColor}>
          {COLORS.map((c) => (
            <MenuRadio key={c} value={c} closeOnClick>
              <Dot color={c} />
              {t(`color.${c}`)}
            </MenuRadio>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  )
}
const Dot = ({ color }: Pick<OptionDraft, 'color'>) => (
  <span data-tone={toneOfOption({ color })} className="size-3 shrink-0 rounded-full bg-tone-solid" aria-hidden />
)
