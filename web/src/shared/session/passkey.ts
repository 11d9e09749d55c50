import { send } from '@/shared/api/call'

type Asked<O> = { token: string; options: O }
/** `credential` is what the browser's `toJSON` gives; the server reads it. */
export type Proof = { token: string; credential: object }

/** Whether this browser has passkeys that speak JSON (Chrome 129, Safari 18.4, Firefox 119 and later). */
export const passkeysWork = () =>
  typeof PublicKeyCredential === 'function' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'

/** Closing the browser's window gives up: that is no fault. */
async function asked(what: Promise<Credential | null>): Promise<object> {
  try {
    const credential = await what
    if (credential) return (credential as PublicKeyCredential).toJSON()
  } catch (e) {
    if (!(e instanceof DOMException) || e.name !== 'NotAllowedError') throw e
  }
  throw new DOMException('No passkey was chosen', 'AbortError')
}

/** Starts at `path`, lets the browser make a passkey. */
export async function makePasskey(path: string): Promise<Proof> {
  const { token, options } = await send<Asked<PublicKeyCredentialCreationOptionsJSON>>('POST', path)
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return { token, credential: await asked(navigator.credentials.create({ publicKey })) }
}

type How = Pick<CredentialRequestOptions, 'mediation' | 'signal'>
/** Starts at `path`, lets the browser prove with a passkey who one is. */
export async function provePasskey(path: string, body?: object, how: How = {}): Promise<Proof> {
  const { token, options } = await send<Asked<PublicKeyCredentialRequestOptionsJSON>>('POST', path, body)
  how.signal?.throwIfAborted()
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return { token, credential: await asked(navigator.credentials.get({ publicKey, ...how })) }
}
