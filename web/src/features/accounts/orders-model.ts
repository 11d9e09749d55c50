/** Orders of accounts. Pure. */
export const MOST = 100
/** Where a number may be from: as the app says it in the language of the person. */
export const COUNTRIES = [
  'AR', 'AT', 'AU', 'BE', 'BR', 'CA', 'CH', 'CL', 'CO', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GB', 'GE', 'GR',
  'HK', 'HU', 'ID', 'IE', 'IL', 'IN', 'IT', 'JP', 'KZ', 'LT', 'LV', 'MX', 'MY', 'NL', 'NO', 'NZ', 'PH', 'PL', 'PT',
  'RO', 'RS', 'SE', 'SG', 'SI', 'SK', 'TH', 'TR', 'UA', 'US', 'UZ', 'VN', 'ZA',
] as const
const names = new Map<string, Intl.DisplayNames>()
export function countryName(code: string, language: string): string {
  let known = names.get(language)
  if (!known) names.set(language, (known = new Intl.DisplayNames(language, { type: 'region' })))
  return known.of(code) ?? code
}
export const countriesOf = (language: string) =>
  COUNTRIES.map((value) => ({ value: value as string, label: countryName(value, language) })).sort((a, b) =>
    a.label.localeCompare(b.label, language),
  )
/** Null: no number of accounts that can be ordered. */
export function quantityOf(text: string): number | null {
  const n = Number(text.trim())
  return Number.isInteger(n) && n >= 1 && n <= MOST ? n : null
}
