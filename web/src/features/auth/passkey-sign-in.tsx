import { KeyRound } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { isAbort, isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { passkeysWork, provePasskey } from '@/shared/session/passkey'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'

/** Signs in without an address and a password: by the button, or from the list that the browser opens in the address. */
export default function PasskeySignIn({ onEntered }: { onEntered: () => Promise<unknown> }) {
  const { t } = useTranslation('recovery')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [works, setWorks] = useState(passkeysWork)
  const enter = useRef(onEntered)
  enter.current = onEntered
  const waiting = useRef<AbortController>(null)
  const prove = useCallback(async (how?: Parameters<typeof provePasskey>[2]) => {
    const proof = await provePasskey('/api/auth/passkey/options', undefined, how)
    await send('POST', '/api/auth/passkey', proof)
    await enter.current()
  }, [])
  useEffect(() => {
    // What the browser offers by itself fails by itself: nobody has asked for it.
    const offered = new AbortController()
    waiting.current = offered
    void (async () => {
      if (!passkeysWork() || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
      await prove({ mediation: 'conditional', signal: offered.signal })
    })().catch((e: unknown) => {
      if (isApiError(e) && e.code === 'passkey.unavailable') setWorks(false)
      else if (isApiError(e) && e.code === 'mfa.passkey') setError(e)
    })
    return () => offered.abort()
  }, [prove])
  const press = async () => {
    waiting.current?.abort() // the browser asks one thing at a time
    setBusy(true)
    setError(null)
    try {
      await prove()
    } catch (e) {
      if (!isAbort(e)) setError(e)
    }
    setBusy(false)
  }
  if (!works) return null
  return (
    <div className="mt-4 flex flex-col gap-4">
      <Button size="xl" className="w-full" busy={busy} onClick={() => void press()}>
        <KeyRound size={16} aria-hidden />
        {t('passkey.signIn')}
      </Button>
      <div role="alert" className="empty:hidden">
        {error !== null && <Notice kind="error">{errorMessage(error)}</Notice>}
      </div>
    </div>
  )
}
