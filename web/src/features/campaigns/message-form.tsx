import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import type { FormProps } from './step-form'
import { MOST_VARIANTS, newVariant, sharesOf } from './steps-model'
import { bareIn } from './template-model'
import { TemplateText } from './template-text'
import type { Action } from './types'

type Message = Extract<Action, { kind: 'message' }>
/** The texts of a message. How they are compared is said among the variants. */
export function MessageForm({
  action,
  onAction,
  onText,
}: FormProps<Message> & { onText: (variantId: string) => void }) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const { variants } = action
  const shares = sharesOf(variants.map((v) => v.weight))
  const add = () => {
    const made = newVariant(variants, variants.at(-1)?.text ?? '')
    onAction({ ...action, variants: [...variants, made] })
    onText(made.id)
  }
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col gap-2">
        {variants.map((v, i) => (
          <li key={v.id} className="rounded-lg bg-sunken p-3">
            <div className="mb-1.5 flex items-center gap-2">
              {variants.length > 1 && (
                <h3 className="min-w-0 truncate text-xs font-medium">
                  {t('variants.named', { name: v.name })} <span className="tabular text-subtle">{shares[i]} %</span>
                </h3>
              )}
              <span className="ml-auto flex gap-0.5">
                <Button size="xs" variant="ghost" onClick={() => onText(v.id)} className="any-pointer-coarse:h-9!">
                  <Pencil size={13} aria-hidden />
                  {t('message.edit')}
                  {variants.length > 1 && <span className="sr-only">: {t('variants.named', { name: v.name })}</span>}
                </Button>
                {variants.length > 1 && (
                  <IconButton
                    size="icon-xs"
                    label={`${tc('action.delete')}: ${t('variants.named', { name: v.name })}`}
                    onClick={() => onAction({ ...action, variants: variants.filter((x) => x.id !== v.id) })}
                    className="any-pointer-coarse:size-9!"
                  >
                    <Trash2 size={13} />
                  </IconButton>
                )}
              </span>
            </div>
            <p className="line-clamp-6 text-sm leading-5 break-words whitespace-pre-line">
              {v.text.trim() ? (
                <TemplateText text={v.text} />
              ) : (
                <span className="text-subtle">{t('steps.noText')}</span>
              )}
            </p>
            {bareIn(v.text).length > 0 && <p className="mt-2 text-xs text-subtle">{t('message.bare')}</p>}
          </li>
        ))}
      </ul>
      <div>
        <Button size="md" onClick={add} disabled={variants.length >= MOST_VARIANTS}>
          <Plus size={14} aria-hidden />
          {t('variants.add')}
        </Button>
      </div>
    </div>
  )
}
