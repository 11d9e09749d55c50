import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { IconButton } from '@/shared/ui/icon-button'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import { forecastOptions } from './api'
import { BuilderPart } from './builder-part'
import { ForecastView } from './forecast-view'
import { NumberInput } from './number-input'
import { isDay, MOST_WINDOWS, spansMidnight, withDay, withHoliday, withWindow } from './schedule-model'
import { useWeekdays } from './schedule-words'
import { officeHours } from './steps-model'
import type { Schedule } from './types'
import type { Editing } from './use-draft'
import ZoneSelect from './zone-select'

const MOST_PACE = 1_000_000
/** When it writes, how fast, and what that makes of the days to come. */
export default function SchedulePart({ editing: { campaign: c, change, refused } }: { editing: Editing }) {
  const { user } = useSession()
  const s = c.schedule ?? officeHours(user.timeZone)
  const set = (patch: Partial<Schedule>) => change({ schedule: { ...s, ...patch } })
  const forecast = useQuery(forecastOptions(c.id, c.version))
  const problem = Object.entries(refused).find(([field]) => field.startsWith('schedule'))?.[1]
  return (
    <BuilderPart id="schedule">
      <div className="flex flex-col gap-5">
        {problem && <Notice kind="error">{problem}</Notice>}
        <ScheduleFields schedule={s} onChange={set} onWhole={(schedule) => change({ schedule })} />
        <ForecastView query={forecast} />
      </div>
    </BuilderPart>
  )
}

type FieldsProps = { schedule: Schedule; onChange: (patch: Partial<Schedule>) => void; onWhole: (s: Schedule) => void }
export function ScheduleFields({ schedule: s, onChange, onWhole }: FieldsProps) {
  const { t } = useTranslation('campaigns')
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('schedule.clocks')}>
          <Segmented
            label={t('schedule.clocks')}
            value={s.inContactZone ? 'contact' : 'fixed'}
            onValueChange={(v) => onChange({ inContactZone: v === 'contact' })}
            options={(['contact', 'fixed'] as const).map((value) => ({ value, label: t(`schedule.zone.${value}`) }))}
            className="w-full"
          />
        </Field>
        <Field label={t('schedule.timeZone')} hint={s.inContactZone ? t('schedule.unknownZone') : undefined}>
          <ZoneSelect value={s.timeZone} onValue={(timeZone) => onChange({ timeZone })} />
        </Field>
      </div>
      <Windows schedule={s} onWhole={onWhole} />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('schedule.perDay')} optional hint={t('schedule.paceHint')}>
          <NumberInput
            min={1}
            max={MOST_PACE}
            placeholder={t('schedule.noLimit')}
            value={s.perDay}
            onValue={(perDay) => onChange({ perDay })}
            onEmpty={() => onChange({ perDay: null })}
          />
        </Field>
        <Field label={t('schedule.perHour')} optional>
          <NumberInput
            min={1}
            max={MOST_PACE}
            placeholder={t('schedule.noLimit')}
            value={s.perHour}
            onValue={(perHour) => onChange({ perHour })}
            onEmpty={() => onChange({ perHour: null })}
          />
        </Field>
      </div>
      <DaysOff schedule={s} onWhole={onWhole} />
    </>
  )
}

const WEEK = [1, 2, 3, 4, 5, 6, 7] as const
function Windows({ schedule: s, onWhole }: { schedule: Schedule; onWhole: (s: Schedule) => void }) {
  const { t } = useTranslation('campaigns')
  const short = useWeekdays()
  const long = useWeekdays('long')
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t('schedule.windows')}</legend>
      {s.windows.map((w, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: windows have no name; they are only added at the end
        <div key={i} className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-sunken p-3">
          <div role="group" aria-label={t('schedule.days')} className="flex flex-wrap gap-1">
            {WEEK.map((d) => {
              const on = w.days.includes(d)
              return (
                <button
                  key={d}
                  type="button"
                  aria-pressed={on}
                  aria-label={long(d)}
                  onClick={() => onWhole(withWindow(s, i, withDay(w, d, !on)))}
                  className={cn(
                    'h-8 min-w-9 rounded-md px-1.5 text-xs font-medium any-pointer-coarse:h-10 any-pointer-coarse:min-w-10',
                    on ? 'bg-accent text-accent-fg' : 'bg-surface text-muted shadow-card hover:text-fg',
                  )}
                >
                  {short(d)}
                </button>
              )
            })}
          </div>
          <div className="flex items-center gap-2">
            <Input
              type="time"
              aria-label={t('schedule.from')}
              value={w.from}
              onChange={(e) => e.target.value && onWhole(withWindow(s, i, { ...w, from: e.target.value }))}
              className="tabular w-28!"
            />
            <span aria-hidden className="text-subtle">
              –
            </span>
            <Input
              type="time"
              aria-label={t('schedule.to')}
              value={w.to}
              onChange={(e) => e.target.value && onWhole(withWindow(s, i, { ...w, to: e.target.value }))}
              className="tabular w-28!"
            />
          </div>
          {s.windows.length > 1 && (
            <IconButton
              label={t('schedule.removeWindow')}
              onClick={() => onWhole(withWindow(s, i, null))}
              className="ml-auto any-pointer-coarse:size-10!"
            >
              <Trash2 size={14} />
            </IconButton>
          )}
          {(w.days.length === 0 || spansMidnight(w)) && (
            <p className={cn('w-full text-xs', w.days.length === 0 ? 'text-danger' : 'text-subtle')}>
              {t(w.days.length === 0 ? 'schedule.noDays' : 'schedule.overMidnight')}
            </p>
          )}
        </div>
      ))}
      <div>
        <Button
          size="md"
          disabled={s.windows.length >= MOST_WINDOWS}
          onClick={() => onWhole({ ...s, windows: [...s.windows, { days: [6], from: '11:00', to: '15:00' }] })}
        >
          <Plus size={14} aria-hidden />
          {t('schedule.addWindow')}
        </Button>
      </div>
    </fieldset>
  )
}

/** Days on which nothing goes: holidays one by one, and spans. */
function DaysOff({ schedule: s, onWhole }: { schedule: Schedule; onWhole: (s: Schedule) => void }) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const { day, dayMonth } = useFormat()
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [yearly, setYearly] = useState(false)
  const say = (d: string) =>
    d.length === 5 ? t('schedule.everyYear', { day: dayMonth(`2024-${d}T12:00:00Z`) }) : day(`${d}T12:00:00Z`)
  const add = () => {
    if (to && to > from) onWhole({ ...s, blackouts: [...s.blackouts, { from, to }] })
    else onWhole(withHoliday(s, yearly ? from.slice(5) : from))
    setFrom('')
    setTo('')
  }
  const off = [
    ...s.holidays.map((d) => ({
      key: d,
      text: say(d),
      without: { ...s, holidays: s.holidays.filter((x) => x !== d) },
    })),
    ...s.blackouts.map((b, i) => ({
      key: `${b.from}${b.to}${i}`,
      text: `${say(b.from)} – ${say(b.to)}`,
      without: { ...s, blackouts: s.blackouts.toSpliced(i, 1) },
    })),
  ]
  const span = to !== '' && to > from
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t('schedule.daysOff')}</legend>
      {off.length > 0 && (
        <ul aria-label={t('schedule.daysOff')} className="flex flex-wrap gap-1.5">
          {off.map((o) => (
            <li
              key={o.key}
              className="inline-flex h-7 items-center rounded-md bg-sunken pl-2 text-sm shadow-card any-pointer-coarse:h-9"
            >
              {o.text}
              <button
                type="button"
                aria-label={tc('ui.removeValue', { value: o.text })}
                onClick={() => onWhole(o.without)}
                className="grid h-full w-7 place-items-center text-subtle hover:text-fg any-pointer-coarse:w-9"
              >
                <X size={13} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Input
          type="date"
          aria-label={t('schedule.dayOff')}
          value={from}
          onChange={(e) => setFrom(e.target.value)}
          className="w-40!"
        />
        <span aria-hidden className="text-subtle">
          –
        </span>
        <Input
          type="date"
          aria-label={t('schedule.dayOffTo')}
          min={from || undefined}
          value={to}
          onChange={(e) => setTo(e.target.value)}
          className="w-40!"
        />
        {!span && (
          <label className="flex items-center gap-2 text-sm text-muted">
            <input
              type="checkbox"
              className="ui-checkbox"
              checked={yearly}
              onChange={(e) => setYearly(e.target.checked)}
            />
            {t('schedule.yearly')}
          </label>
        )}
        <Button size="md" disabled={!isDay(from)} onClick={add}>
          {tc('action.add')}
        </Button>
      </div>
    </fieldset>
  )
}
