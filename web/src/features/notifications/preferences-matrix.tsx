import { useTranslation } from 'react-i18next'
import type {
  KindPreference,
  NotificationChannel,
  NotificationMode,
  NotificationPreferences,
} from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { Select } from '@/shared/ui/select'
import { Switch } from '@/shared/ui/switch'
import { CATEGORIES } from './model'
import type { Save } from './preferences-page'
import { useKindName } from './use-kind-name'

const CHANNELS: readonly NotificationChannel[] = ['inApp', 'email', 'telegram', 'push']
const HOW: readonly NotificationMode[] = ['off', 'instant', 'digest']
type MatrixProps = { preferences: NotificationPreferences; save: Save }

/** Each kind of event and each way to hear of it: a table, on a phone a card for each kind. */
export function PreferencesMatrix(props: MatrixProps) {
  const { kinds } = props.preferences
  const groups = CATEGORIES.map((c) => ({ category: c, kinds: kinds.filter((k) => k.category === c) }))
  const known = new Set<string>(CATEGORIES)
  // A category of a newer server stands at the end.
  const rest = kinds.filter((k) => !known.has(k.category))
  const shown = groups.map((g) => (g.category === 'system' ? { ...g, kinds: [...g.kinds, ...rest] } : g))
  const some = shown.filter((g) => g.kinds.length > 0)
  const phone = useMediaQuery('(max-width: 767px)')
  return phone ? <Cards groups={some} {...props} /> : <Table groups={some} {...props} />
}
type Groups = { category: KindPreference['category']; kinds: KindPreference[] }[]

function Table({ groups, preferences, save }: MatrixProps & { groups: Groups }) {
  const { t } = useTranslation('notifications')
  const kindName = useKindName()
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">{t('prefs.text')}</caption>
      <thead>
        <tr className="border-y border-line text-left text-xs text-subtle">
          <th scope="col" className="h-9 px-4 font-medium md:px-5">
            {t('prefs.event')}
          </th>
          {CHANNELS.map((c) => (
            <th key={c} scope="col" className={cn('px-2 font-medium', c === 'push' && 'pr-4')}>
              {t(`prefs.channel.${c}`)}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map((g) => (
        <tbody key={g.category}>
          <tr>
            <th scope="rowgroup" colSpan={5} className="px-4 pt-4 pb-1 text-left font-semibold md:px-5">
              {t(`category.${g.category}`)}
            </th>
          </tr>
          {g.kinds.map((k) => (
            <tr key={k.kind} className="border-b border-line-soft last:border-0">
              <th scope="row" className="h-11 px-4 py-1.5 text-left font-normal text-muted md:px-5">
                {kindName(k.kind)}
              </th>
              {CHANNELS.map((c) => (
                <td key={c} className={cn('px-2', c === 'push' && 'pr-4')}>
                  <span className="flex">
                    <Cell k={k} channel={c} preferences={preferences} save={save} />
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  )
}

function Cards({ groups, preferences, save }: MatrixProps & { groups: Groups }) {
  const { t } = useTranslation('notifications')
  const kindName = useKindName()
  return groups.map((g) => (
    <section key={g.category} className="border-t border-line px-4 py-3">
      <h3 className="text-sm font-semibold">{t(`category.${g.category}`)}</h3>
      {g.kinds.map((k) => (
        <div key={k.kind} className="border-line-soft py-3 not-last:border-b">
          <h4 className="text-sm text-muted">{kindName(k.kind)}</h4>
          <ul className="mt-1">
            {CHANNELS.map((c) => (
              <li key={c} className="flex min-h-11 items-center justify-between gap-3">
                <span className="text-sm text-subtle">{t(`prefs.channel.${c}`)}</span>
                <Cell k={k} channel={c} preferences={preferences} save={save} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  ))
}

type CellProps = { k: KindPreference; channel: NotificationChannel } & MatrixProps
function Cell({ k, channel, preferences: { channels }, save }: CellProps) {
  const { t } = useTranslation('notifications')
  const kind = useKindName()(k.kind)
  const label = t('prefs.cell', { kind, channel: t(`prefs.channel.${channel}`) })
  const set = (change: Partial<KindPreference>) =>
    save((now) => ({ ...now, kinds: now.kinds.map((x) => (x.kind === k.kind ? { ...x, ...change } : x)) }))
  const disabled = channel !== 'inApp' && !channels[channel].available
  if (channel === 'inApp' || channel === 'push')
    return (
      <Switch
        aria-label={label}
        checked={k[channel] && !disabled}
        disabled={disabled}
        onCheckedChange={(on) => set({ [channel]: on })}
      />
    )
  return (
    <Select<NotificationMode>
      size="sm"
      aria-label={label}
      className="w-32!"
      value={disabled ? 'off' : k[channel]}
      disabled={disabled}
      onValueChange={(how) => set({ [channel]: how })}
      options={HOW.map((value) => ({ value, label: t(`prefs.how.${value}`) }))}
    />
  )
}
