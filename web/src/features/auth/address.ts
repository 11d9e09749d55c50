/** The address that was typed on the page before, so that nobody types it twice. */
let typed = ''
export const rememberAddress = (address: string) => {
  typed = address
}
export const rememberedAddress = () => typed
