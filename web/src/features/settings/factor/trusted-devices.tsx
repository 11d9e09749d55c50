import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Laptop } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { parseUserAgent } from '@/shared/lib/user-agent'
import { mfaOptions } from '@/shared/session/mfa'
import type { Mfa, TrustedDevice } from '@/shared/session/mfa-types'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'

/** Browsers that are not asked for a code. */
export function TrustedDevices({ devices }: { devices: TrustedDevice[] }) {
  const { t } = useTranslation('security')
  const { t: ts } = useTranslation('settings')
  const { day } = useFormat()
  const qc = useQueryClient()
  const { queryKey } = mfaOptions()
  const forget = useMutation({
    mutationFn: (id: string) => send('DELETE', `/api/auth/mfa/devices/${id}`),
    onMutate: async (id) => {
      await qc.cancelQueries({ queryKey })
      const before = qc.getQueryData<Mfa>(queryKey)
      qc.setQueryData<Mfa>(queryKey, (m) => m && { ...m, trustedDevices: m.trustedDevices.filter((d) => d.id !== id) })
      return { before }
    },
    onError: (e, _, context) => {
      qc.setQueryData(queryKey, context?.before)
      toast.error(t('failed'), e)
    },
    onSettled: () => qc.invalidateQueries({ queryKey }),
  })
  const name = ({ userAgent }: TrustedDevice) => {
    const { browser, system } = parseUserAgent(userAgent)
    return browser && system
      ? ts('security.device', { browser, system })
      : (browser ?? system ?? ts('security.unknown'))
  }
  return (
    <Section title={t('trusted.title')} text={t('trusted.text')} flush>
      <ul>
        {devices.map((d) => (
          <li key={d.id} className="flex items-center gap-3 border-t border-line-soft px-4 py-3 md:px-5">
            <span
              data-tone={d.current ? 'green' : 'gray'}
              className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg"
            >
              <Laptop size={17} strokeWidth={1.75} aria-hidden />
            </span>
            <div className="min-w-0 flex-1">
              <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
                <span className="truncate text-sm font-medium">{name(d)}</span>
                {d.current && <Badge tone="green">{ts('security.this')}</Badge>}
              </div>
              <div className="tabular text-xs text-subtle">{t('trusted.until', { date: day(d.expiresAt) })}</div>
            </div>
            <Button size="md" aria-label={`${t('trusted.forget')}: ${name(d)}`} onClick={() => forget.mutate(d.id)}>
              {t('trusted.forget')}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
