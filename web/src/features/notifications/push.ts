import { createPushSubscription } from '@/api/gen/sdk.gen'

/** Web push on this device. The worker shows what comes and opens where it leads. */
export type PushState = 'insecure' | 'unsupported' | 'denied' | 'off' | 'on'

export function canPush(): 'insecure' | 'unsupported' | null {
  if (!window.isSecureContext) return 'insecure'
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window ? null : 'unsupported'
}
const subscription = async () =>
  (await (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription()) ?? null

export async function pushState(): Promise<PushState> {
  const not = canPush()
  if (not) return not
  if (Notification.permission === 'denied') return 'denied'
  return Notification.permission === 'granted' && (await subscription()) ? 'on' : 'off'
}

/** The key as the browser takes it. */
export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
}

/** Asks for permission, and tells the server where to send. Gives how it stands afterwards. */
export async function turnOn(publicKey: string): Promise<PushState> {
  const permission = await Notification.requestPermission()
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'off'
  await navigator.serviceWorker.register('/sw.js')
  const { pushManager } = await navigator.serviceWorker.ready
  const applicationServerKey = bytesOf(publicKey)
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }).catch(async () => {
    // An older key of the server: the browser wants the former one to be given up first.
    await (await pushManager.getSubscription())?.unsubscribe()
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
  })
  const { endpoint, keys } = made.toJSON()
  try {
    const body = { endpoint: endpoint ?? '', keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' } }
    await createPushSubscription({ body, throwOnError: true })
  } catch (e) {
    await made.unsubscribe()
    throw e
  }
  return 'on'
}
/** The server forgets the device when it finds the address gone. */
export async function turnOff(): Promise<PushState> {
  await (await subscription())?.unsubscribe()
  return 'off'
}
