import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { LOCALES, type Locale } from '@/shared/i18n'
import { usePreferences } from '@/shared/session/preferences'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { cityOf } from '@/shared/time-zones/city'
import { loadZones, offsetNow, zoneOption } from '@/shared/time-zones/zones'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { Row, Section } from '@/shared/ui/section'
import { Segmented } from '@/shared/ui/segmented'
import { ThemeCards } from './theme-cards'

export function PreferencesPage() {
  const { t } = useTranslation('settings')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const { save } = usePreferences()
  return (
    <Section title={t('preferences.title')} text={t('preferences.text')}>
      <Row label={tc('language.label')} hint={t('preferences.languageHint')}>
        <Segmented<Locale>
          label={tc('language.label')}
          value={user.locale}
          onValueChange={(locale) => save({ locale })}
          options={LOCALES.map((v) => ({ value: v, label: tc(`language.${v}`) }))}
        />
      </Row>
      <TimeZoneRow />
      <div className="pt-4">
        <ThemeCards />
      </div>
    </Section>
  )
}

function TimeZoneRow() {
  const { t, i18n } = useTranslation('settings')
  const { user } = useSession()
  const { save } = usePreferences()
  const { time } = useFormat()
  const id = useId()
  const device = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Row
      id={id}
      label={t('preferences.timeZone')}
      hint={
        <>
          {t('preferences.timeZoneNow', { time: time(Date.now()), offset: offsetNow(user.timeZone) })}
          {device !== user.timeZone && (
            <span className="mt-1 block">
              {t('preferences.device', { zone: cityOf(device, i18n.language) })}{' '}
              <Button
                variant="ghost"
                size="xs"
                className="text-accent-text!"
                onClick={() => save({ timeZone: device })}
              >
                {t('preferences.useDevice')}
              </Button>
            </span>
          )}
        </>
      }
    >
      <Combobox
        id={id}
        className="md:w-72!"
        clearable={false}
        value={zoneOption(user.timeZone)}
        load={loadZones}
        onValueChange={(o) => o && o.value !== user.timeZone && save({ timeZone: o.value })}
      />
    </Row>
  )
}
