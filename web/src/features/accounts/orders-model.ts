/** Orders of accounts. Pure. */
export const ORDERS_KEY = ['account-orders'] as const
export const MOST = 100
/** Where numbers may be from: those that a provider most often has. The server takes any two letters. */
const COUNTRIES =
  'AR AT AU BE BR CA CH CL CO CZ DE DK EE ES FI FR GB GE GR HK HU ID IE IL IN IT JP KZ LT LV MX MY NL NO NZ PH PL PT RO RS SE SG SI SK TH TR UA US UZ VN ZA'.split(
    ' ',
  )
const names = new Map<string, Intl.DisplayNames>()
export function countryName(code: string, language: string): string {
  const known = names.get(language) ?? new Intl.DisplayNames(language, { type: 'region' })
  names.set(language, known)
  try {
    return known.of(code) ?? code
  } catch {
    return code
  }
}
export const countriesOf = (language: string) =>
  COUNTRIES.map((value) => ({ value, label: countryName(value, language) })).sort((a, b) =>
    a.label.localeCompare(b.label, language),
  )
/** Null: no number of accounts that can be ordered. */
export function quantityOf(text: string): number | null {
  const n = text.trim() === '' ? 0 : Number(text)
  return Number.isInteger(n) && n >= 1 && n <= MOST ? n : null
}
