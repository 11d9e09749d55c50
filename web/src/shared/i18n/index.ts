import i18n from 'i18next'
import { initReactI18next } from 'react-i18next'

export const LOCALES = ['en', 'ru'] as const
export type Locale = (typeof LOCALES)[number]
export const NAMESPACES = [
  'common',
  'auth',
  'shell',
  'dashboard',
  'records',
  'imports',
  'pipeline',
  'settings',
  'fields',
  'merge',
  'views',
  'timeline',
  'shortcuts',
  'notifications',
  'webhooks',
  'inbox',
  'accounts',
  'templates',
  'channels',
  'history',
  'recovery',
  'security',
  'mail',
  'access',
  'team',
  'audit',
  'viewing',
  'zones',
  'campaigns',
  'policy',
] as const
export type Namespace = (typeof NAMESPACES)[number]

const KEY = 'rapport.locale'
// One chunk per language and namespace: an English user never downloads Russian, the sign-in page never the import wizard.
const files = import.meta.glob<{ default: object }>('./{en,ru}/*.json')
const wanted = new Set<Namespace>(['common'])
/** The language that is being switched to: what is asked for meanwhile has to be there in it, too. */
let next: Locale | null = null

async function load(l: Locale, ns: Namespace) {
  if (i18n.hasResourceBundle(l, ns)) return
  const file = files[`./${l}/${ns}.json`]
  if (!file) throw new Error(`No ${l} texts for ${ns}`)
  i18n.addResourceBundle(l, ns, (await file()).default)
}

export function isLocale(v: unknown): v is Locale {
  return v === 'en' || v === 'ru'
}

export function detectLocale(): Locale {
  const c = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2)
  return isLocale(c) ? c : 'en'
}

/** A route calls this in its loader, before its page shows: `loader: () => loadTexts('records')`. */
export async function loadTexts(...namespaces: Namespace[]) {
  for (const ns of namespaces) wanted.add(ns)
  const languages = new Set([i18n.language as Locale, next ?? (i18n.language as Locale)])
  await Promise.all(namespaces.flatMap((ns) => [...languages].map((l) => load(l, ns))))
}

/** Switches at once, with every text now on screen; remembered on this device. */
export async function setLocale(l: Locale) {
  next = l
  try {
    await Promise.all([...wanted].map((ns) => load(l, ns)))
    await i18n.changeLanguage(l)
  } finally {
    // Also where it failed: pages must not wait for a language that cannot be had.
    if (next === l) next = null
  }
  document.documentElement.lang = l
  localStorage.setItem(KEY, l)
}

export async function initI18n(...namespaces: Namespace[]) {
  const l = detectLocale()
  await i18n.use(initReactI18next).init({
    lng: l,
    fallbackLng: false,
    defaultNS: 'common',
    ns: ['common'],
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  await loadTexts('common', ...namespaces)
  document.documentElement.lang = l
}
export { i18n }
