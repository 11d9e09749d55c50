import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountOrder } from '@/api/gen/types.gen'
import { send } from '@/shared/api/call'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { Select } from '@/shared/ui/select'
import { toast } from '@/shared/ui/toast'
import { countriesOf, countryName, MOST, ORDERS_KEY, quantityOf } from './orders-model'

export default function OrderForm() {
  const { t, i18n } = useTranslation('accounts', { keyPrefix: 'ordering' })
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const countries = useMemo(() => countriesOf(i18n.language), [i18n.language])
  const [country, setCountry] = useState<string | null>(null)
  const [text, setText] = useState('1')
  const [tried, setTried] = useState(false)
  const order = useMutation({
    mutationFn: (body: { country: string; quantity: number }) =>
      send<AccountOrder>('POST', '/api/bd-accounts/purchase', body),
    onSuccess: () => {
      toast.success(t('placed'))
      void qc.invalidateQueries({ queryKey: ORDERS_KEY })
    },
  })
  const quantity = quantityOf(text)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!country || !quantity) return
    const yes = await confirm({
      title: t('sure', { count: quantity }),
      description: t('sureText', { country: countryName(country, i18n.language) }),
      action: t('order'),
    })
    if (yes) order.mutate({ country, quantity })
  }
  const refused = (field: string) =>
    isApiError(order.error) ? order.error.details.find((d) => d.field === field)?.message : undefined
  return (
    <Section title={t('new')} text={t('newText')}>
      <form noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t('country')}
            required
            error={refused('country') ?? (tried && !country && tc('validation.required'))}
          >
            <Select value={country} onValueChange={setCountry} placeholder={t('countryChoose')} options={countries} />
          </Field>
          <Field
            label={t('quantity')}
            required
            error={refused('quantity') ?? (tried && !quantity && t('quantityRange', { max: MOST }))}
          >
            <Input
              type="number"
              inputMode="numeric"
              min={1}
              max={MOST}
              value={text}
              onChange={(e) => setText(e.target.value)}
            />
          </Field>
        </div>
        <div role="alert" className="empty:hidden">
          {order.error && !refused('country') && !refused('quantity') && (
            <Notice kind="error">{errorMessage(order.error)}</Notice>
          )}
        </div>
        <Button type="submit" size="md" variant="primary" busy={order.isPending} className="self-end">
          {t('order')}
        </Button>
      </form>
    </Section>
  )
}
