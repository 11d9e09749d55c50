// Shows what the server pushes while the app is not open, and opens where it leads. It keeps nothing and answers no request.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => {
  let told = {}
  try {
    told = event.data?.json() ?? {}
  } catch {
    told = { body: event.data?.text() }
  }
  const { title, body, tag, link } = told
  event.waitUntil(
    self.registration.showNotification(title || 'Rapport', {
      body,
      tag,
      icon: '/favicon.svg',
      data: { link: typeof link === 'string' ? link : '/notifications' },
    }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  // Only ever within the app, whatever was pushed.
  const wanted = new URL(event.notification.data?.link ?? '/notifications', self.location.origin)
  const url = wanted.origin === self.location.origin ? wanted.href : `${self.location.origin}/notifications`
  event.waitUntil(open(url))
})

async function open(url) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const there = windows.find((w) => w.url === url) ?? windows[0]
  if (!there) return self.clients.openWindow(url)
  await there.focus()
  // A window that the worker does not control yet cannot be led.
  if (there.url !== url) await there.navigate(url).catch(() => self.clients.openWindow(url))
}
