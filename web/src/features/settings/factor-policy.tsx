import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Organization, SessionInfo } from '@/api/gen/types.gen'
import { send } from '@/shared/api/call'
import { mfaOptions } from '@/shared/session/mfa'
import { useSession } from '@/shared/session/session'
import { sessionOptions, setSession } from '@/shared/session/session-query'
import { buttonCls } from '@/shared/ui/button'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Switch } from '@/shared/ui/switch'
import { toast } from '@/shared/ui/toast'

/** Whether every member needs a second factor; whoever turns it on has one. */
export default function FactorPolicy() {
  const { t } = useTranslation('security')
  const session = useSession()
  const qc = useQueryClient()
  const mfa = useQuery(mfaOptions())
  const required = session.organization.mfaRequired
  const show = (mfaRequired: boolean) => {
    const now = qc.getQueryData<SessionInfo>(sessionOptions().queryKey) ?? session
    setSession(qc, { ...now, organization: { ...now.organization, mfaRequired } })
  }
  const change = useMutation({
    mutationFn: (mfaRequired: boolean) => send<Organization>('PATCH', '/api/organization', { mfaRequired }),
    onMutate: show,
    onSuccess: (_, on) => toast.success(t(on ? 'policy.on' : 'policy.off')),
    onError: (e, on) => {
      show(!on)
      toast.error(t('policy.failed'), e)
    },
    onSettled: () => qc.invalidateQueries({ queryKey: sessionOptions().queryKey }),
  })
  const first = !required && mfa.data && !mfa.data.totp.enabled && !mfa.data.passkeys?.length
  return (
    <section className="rounded-lg bg-card p-4 shadow-card md:p-5">
      <ChoiceRow
        end
        label={<span className="font-medium">{t('policy.label')}</span>}
        hint={first ? t('policy.first') : t('policy.hint')}
      >
        {(c) =>
          first ? (
            <Link to="/settings/security" id={c.id} className={buttonCls('secondary', 'md')}>
              {t('setUp')}
            </Link>
          ) : (
            <Switch {...c} checked={required} disabled={change.isPending} onCheckedChange={(on) => change.mutate(on)} />
          )
        }
      </ChoiceRow>
    </section>
  )
}
