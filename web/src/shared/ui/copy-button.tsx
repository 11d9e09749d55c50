import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, type ButtonSize } from '@/shared/ui/button'

type CopyProps = {
  text: string
  size?: ButtonSize
  /** What is copied, for those who do not see where the button stands. */
  label: string
  onFailed: () => void
  className?: string
}
export function CopyButton({ text, size = 'md', label, onFailed, className }: CopyProps) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => onFailed(),
    )
  const said = t(copied ? 'ui.copied' : 'action.copy')
  return (
    <Button size={size} onClick={copy} aria-label={`${said}: ${label}`} className={className}>
      {copied ? <Check size={15} aria-hidden className="text-success" /> : <Copy size={15} aria-hidden />}
      {said}
    </Button>
  )
}
