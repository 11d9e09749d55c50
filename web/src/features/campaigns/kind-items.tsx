import { useTranslation } from 'react-i18next'
import { MenuItem } from '@/shared/ui/menu'
import { KIND_LOOK } from './kind-look'
import type { ActionKind } from './types'

const KINDS = Object.keys(KIND_LOOK) as ActionKind[]

/** The kinds of steps, as items of a menu. */
export function KindItems({ onPick }: { onPick: (kind: ActionKind) => void }) {
  const { t } = useTranslation('campaigns')
  return KINDS.map((kind) => {
    const { icon: Icon } = KIND_LOOK[kind]
    return (
      <MenuItem key={kind} onClick={() => onPick(kind)} className="items-start! py-1.5!">
        <Icon size={15} aria-hidden className="mt-px" />
        <span>
          <span className="block">{t(`kind.${kind}`)}</span>
          <span className="block text-xs text-subtle">{t(`kindText.${kind}`)}</span>
        </span>
      </MenuItem>
    )
  })
}
