import { Check, Copy, Download, Printer } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Notice } from '@/shared/ui/notice'
import { codesText, saveText } from './model'
import './print.css'

type BackupCodesProps = { codes: readonly string[]; onKept: () => void }
/** Ten codes, this once. One says that they are kept before they go. */
export function BackupCodes({ codes, onKept }: BackupCodesProps) {
  const { t } = useTranslation('security')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const [copied, setCopied] = useState(false)
  const [failed, setFailed] = useState(false)
  const [kept, setKept] = useState(false)
  const text = codesText(t('codes.file'), user.email, codes)
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setFailed(true),
    )
  return (
    <div className="flex flex-col gap-4">
      <Notice kind="warning">{t('codes.once')}</Notice>
      <div className="printed">
        <p className="hidden">
          {t('codes.file')} · {user.email}
        </p>
        <ol
          aria-label={t('codes.title')}
          className="tabular grid grid-cols-2 gap-2 rounded-lg bg-sunken p-4 text-center font-mono text-base"
        >
          {codes.map((code) => (
            <li key={code} className="select-all">
              {code}
            </li>
          ))}
        </ol>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button size="md" onClick={copy}>
          {copied ? <Check size={15} aria-hidden className="text-success" /> : <Copy size={15} aria-hidden />}
          {copied ? tc('ui.copied') : tc('action.copy')}
        </Button>
        <Button size="md" onClick={() => saveText(t('codes.fileName'), text)}>
          <Download size={15} aria-hidden />
          {t('codes.download')}
        </Button>
        <Button size="md" onClick={() => print()}>
          <Printer size={15} aria-hidden />
          {t('codes.print')}
        </Button>
      </div>
      {failed && <p className="text-xs text-danger">{t('codes.byHand')}</p>}
      <ChoiceRow label={t('codes.kept')}>
        {(c) => <Checkbox {...c} checked={kept} onCheckedChange={setKept} />}
      </ChoiceRow>
      <Button variant="primary" size="xl" className="w-full" disabled={!kept} onClick={onKept}>
        {t('codes.done')}
      </Button>
    </div>
  )
}
