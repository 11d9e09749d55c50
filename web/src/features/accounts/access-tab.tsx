import { X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMemberNames } from '@/shared/fields/members'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { confirm } from '@/shared/ui/confirm'
import { Field } from '@/shared/ui/field'
import { IconButton } from '@/shared/ui/icon-button'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'
import type { AccountChanges } from './api'
import { loadFaces, OwnerInput } from './inputs'
import { ownerOf } from './model'
import type { Account, ConfigInput, Named } from './types'

type TabProps = { account: Account; changes: AccountChanges; writable: boolean }
/** Whose account it is, and who else reads and writes through it. */
export default function AccessTab({ account: a, changes, writable }: TabProps) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const names = useMemberNames(true)
  const [owner, setOwner] = useState<Named | null>(() => ownerOf(a))
  const [busy, setBusy] = useState(false)
  const save = async (body: ConfigInput, said: string) => {
    setBusy(true)
    try {
      await changes.save(a, body)
      toast.success(said)
    } catch (e) {
      toast.error(t('notSaved'), e)
    }
    setBusy(false)
  }
  const transfer = async () => {
    if (!owner) return
    const sure = await confirm({
      title: t('transferTitle', { name: owner.name }),
      description: t('transferText', { account: a.name }),
      action: t('transfer'),
    })
    if (sure) await save({ ownerId: owner.id }, t('transferred', { name: owner.name }))
    else setOwner(ownerOf(a))
  }
  const people = a.allowedUserIds.map((id) => ({ id, name: names?.get(id) ?? '…' }))
  return (
    <>
      <Section title={t('owner')} text={t('ownerText')}>
        {writable ? (
          <div className="flex flex-wrap items-end gap-2">
            <div className="min-w-0 flex-1 basis-60">
              <OwnerInput value={owner} onValue={setOwner} />
            </div>
            <Button
              size="md"
              variant="primary"
              busy={busy}
              disabled={!owner || owner.id === a.ownerId}
              onClick={() => void transfer()}
            >
              {t('transfer')}
            </Button>
          </div>
        ) : (
          <p className="text-sm">{ownerOf(a)?.name ?? t('noOwner')}</p>
        )}
      </Section>
      <Section title={t('access')} text={t('accessText')}>
        <div className="flex flex-col gap-3">
          {people.length === 0 ? (
            <p className="text-sm text-muted">{t(a.ownerId ? 'accessOwnerOnly' : 'accessAll')}</p>
          ) : (
            <ul className="flex flex-col">
              {people.map((p) => (
                <li key={p.id} className="flex min-h-9 items-center gap-2.5">
                  <Avatar name={p.name} size={24} />
                  <span className="min-w-0 flex-1 truncate text-sm">{p.name}</span>
                  {writable && (
                    <IconButton
                      label={tc('ui.removeValue', { value: p.name })}
                      size="icon-xs"
                      disabled={busy}
                      onClick={() =>
                        void save(
                          { allowedUserIds: a.allowedUserIds.filter((x) => x !== p.id) },
                          t('accessRemoved', { name: p.name }),
                        )
                      }
                    >
                      <X size={13} />
                    </IconButton>
                  )}
                </li>
              ))}
            </ul>
          )}
          {writable && (
            <Field label={t('accessAdd')}>
              <Combobox
                value={null}
                disabled={busy}
                onValueChange={(o) =>
                  o &&
                  !a.allowedUserIds.includes(o.value) &&
                  void save({ allowedUserIds: [...a.allowedUserIds, o.value] }, t('accessAdded', { name: o.label }))
                }
                load={loadFaces}
              />
            </Field>
          )}
        </div>
      </Section>
    </>
  )
}
