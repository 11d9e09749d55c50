import { vi } from 'vitest'

/** A browser with passkeys, which jsdom is not. Gives what is asked of it. */
export function mockPasskeys() {
  const credential = { toJSON: () => ({ id: 'cred' }) }
  const create = vi.fn(() => Promise.resolve(credential))
  const get = vi.fn((_: CredentialRequestOptions) => Promise.resolve(credential))
  const read = (options: object) => options
  const keys = Object.assign(() => {}, {
    parseCreationOptionsFromJSON: read,
    parseRequestOptionsFromJSON: read,
    isConditionalMediationAvailable: () => Promise.resolve(false),
  })
  vi.stubGlobal('PublicKeyCredential', keys)
  Object.defineProperty(navigator, 'credentials', { configurable: true, value: { create, get } })
  return { create, get }
}
export const gaveUp = () => Promise.reject(new DOMException('Not allowed', 'NotAllowedError'))
