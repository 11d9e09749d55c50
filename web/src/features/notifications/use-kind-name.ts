import { useTranslation } from 'react-i18next'

/** What a kind of notification is called; one of a newer server goes by its code. */
export function useKindName() {
  const { t, i18n } = useTranslation('notifications')
  return (kind: string) => (i18n.exists(`notifications:kind.${kind}`) ? t(`kind.${kind}` as 'kind.mention') : kind)
}
