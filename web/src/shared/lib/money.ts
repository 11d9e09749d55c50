/** Amounts are kept in minor units of their currency; people read and write major ones. */
export function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}
export const toMajor = (minor: number, currency: string) => minor / 10 ** digitsOf(currency)
