import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** One of several that were chosen. */
export function Removable({ name, onRemove }: { name: string; onRemove: () => void }) {
  const { t } = useTranslation()
  return (
    <span className="inline-flex h-7 max-w-full items-center gap-1 rounded-md bg-sunken pl-2 text-sm shadow-card any-pointer-coarse:h-9">
      <span className="truncate">{name}</span>
      <button
        type="button"
        aria-label={t('ui.removeValue', { value: name })}
        onClick={onRemove}
        className="grid h-full w-7 place-items-center rounded-md text-subtle hover:text-fg any-pointer-coarse:w-9"
      >
        <X size={13} />
      </button>
    </span>
  )
}
