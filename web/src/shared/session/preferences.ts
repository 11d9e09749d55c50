import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { updatePreferences } from '@/api/gen/sdk.gen'
import type { Locale, Preferences, Theme, User } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { i18n, setLocale } from '@/shared/i18n'
import { useTheme } from '@/shared/theme/theme'
import { toast } from '@/shared/ui/toast'
import { getLoadedSession, setSessionUser } from './session-query'

export type Choice = { locale?: Locale; theme?: Theme; timeZone?: string; shortcuts?: User['shortcuts'] }
type Key = keyof Choice

const sessionUser = (qc: QueryClient) => getLoadedSession(qc)?.user

/** What was changed elsewhere, to a value other than ours, since we last looked. */
export function overlap(mine: Choice, base: Choice, theirs: Choice): Choice {
  const keys = (Object.keys(mine) as Key[]).filter((k) => differ(theirs[k], base[k]) && differ(theirs[k], mine[k]))
  return Object.fromEntries(keys.map((k) => [k, theirs[k]]))
}

/** By what they say: shortcuts are an object. */
function differ(a: Choice[Key], b: Choice[Key]): boolean {
  const said = (v: Choice[Key]) => JSON.stringify(v instanceof Object ? Object.entries(v).sort() : v)
  return said(a) !== said(b)
}

async function show(qc: QueryClient, choice: Choice) {
  setSessionUser(qc, choice)
  if (choice.theme) useTheme.getState().setTheme(choice.theme)
  if (choice.locale && choice.locale !== i18n.language) await setLocale(choice.locale)
}

/** Sends with the version last seen. After a 409 once more with the newer one: the press of a moment ago is the wish. */
async function store(qc: QueryClient, mine: Choice, base: Choice): Promise<{ saved: Preferences; theirs: Choice }> {
  const send = async (version: number | undefined) =>
    (await updatePreferences({ body: { ...mine, version }, throwOnError: true })).data
  try {
    return { saved: await send(sessionUser(qc)?.version), theirs: {} }
  } catch (e) {
    const current = isApiError(e) && e.status === 409 ? (e.conflict?.current as User | undefined) : undefined
    if (!current) throw e
    setSessionUser(qc, { ...current, ...mine })
    return { saved: await send(current.version), theirs: overlap(mine, base, current) }
  }
}

/** Shown, and not yet answered. */
let waiting: readonly Choice[] = []

/** Language, theme, time zone and keys: at once on screen, then in the profile; taken back with a message when that fails. */
export function usePreferences() {
  const qc = useQueryClient()
  const { mutate, isPending } = useMutation({
    scope: { id: 'preferences' }, // one after the other: each needs the version the former made
    mutationFn: ({ mine, base }: { mine: Choice; base: Choice }) => store(qc, mine, base),
    onSuccess: ({ saved, theirs }, { mine }) => {
      // What was chosen since is on screen, and on its way.
      setSessionUser(qc, Object.assign({}, saved, ...waiting.filter((later) => later !== mine)))
      if (Object.keys(theirs).length > 0)
        toast.add({
          type: 'info',
          title: i18n.t('shell:preferences.changedElsewhere'),
          description: i18n.t('shell:preferences.keptYours'),
          timeout: 10_000,
          action: { label: i18n.t('shell:conflict.takeTheirs'), onClick: () => save(theirs, mine) },
        })
    },
    onError: (e, { base }) => {
      void show(qc, base)
      toast.error(i18n.t('shell:preferences.notSaved'), e)
    },
    onSettled: (_answer, _error, { mine }) => {
      waiting = waiting.filter((one) => one !== mine)
    },
  })
  function save(mine: Choice, base: Choice = pick(sessionUser(qc), mine)) {
    void show(qc, mine)
    waiting = [...waiting, mine]
    mutate({ mine, base })
  }
  return { save: (mine: Choice) => save(mine), saving: isPending }
}

const pick = (user: User | undefined, like: Choice): Choice =>
  Object.fromEntries((Object.keys(like) as Key[]).map((k) => [k, user?.[k]]))
