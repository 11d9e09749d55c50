// A provider of OpenID Connect for tests: node serve.mjs <port, 0 for a free one> <address to come back to>
//
// Everybody is whom they say they are: by `login_hint` in the address, or by the name that the page asks for. The address of
// `anna` is anna@example.com, and verified unless the name begins with "unverified".
//
// OIDC_TLS names a folder with cert.pem and key.pem: it is served over TLS then. OIDC_LOGOUT_URI is where logout tokens are sent
// (back-channel logout): GET /log-out?sub=anna&sid=… sends one; without a `sid` it names the person only.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createEncryptedServer } from 'node:https'
import Provider from 'oidc-provider'

const [port = '0', ...redirects] = process.argv.slice(2)
const { OIDC_TLS: tls, OIDC_LOGOUT_URI: logoutUri } = process.env
const file = (name) => readFileSync(`${tls}/${name}.pem`)
const listening = tls ? createEncryptedServer({ cert: file('cert'), key: file('key') }) : createServer()
await new Promise((done) => listening.listen(Number(port), 'localhost', done))
const issuer = `${tls ? 'https' : 'http'}://localhost:${listening.address().port}`

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'rapport',
      client_secret: 'a secret of tests: with + and %',
      redirect_uris: redirects,
      response_types: ['code'],
      grant_types: ['authorization_code'],
      ...(logoutUri && { backchannel_logout_uri: logoutUri, backchannel_logout_session_required: true }),
    },
  ],
  cookies: { keys: ['tests'] },
  // Its own dispatcher refuses addresses of this machine, where all of it is.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id.replace(/^unverified-/, '')}@example.com`,
      email_verified: !id.startsWith('unverified'),
      name: id[0].toUpperCase() + id.slice(1),
    }),
  }),
  // Consent is given: this is about who it is.
  async loadExistingGrant({ oidc }) {
    const known = oidc.session.grantIdFor(oidc.client.clientId)
    if (known) return oidc.provider.Grant.find(known)
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  },
})

const page = (path) => `<!doctype html><html lang="en"><title>Provider</title><h1>Provider of tests</h1>
<form action="${path}"><label>Name <input name="login" required></label> <button>Sign in</button></form>
<form action="${path}"><button name="cancel" value="1">Cancel</button></form></html>`

async function interact(request, response) {
  const url = new URL(request.url, issuer)
  const { params } = await provider.interactionDetails(request, response)
  const login = url.searchParams.get('login') ?? params.login_hint
  if (url.searchParams.has('cancel')) {
    return provider.interactionFinished(request, response, { error: 'access_denied' })
  }
  if (login) return provider.interactionFinished(request, response, { login: { accountId: login } })
  response.setHeader('content-type', 'text/html').end(page(url.pathname))
}

async function logOut(request, response) {
  const { searchParams } = new URL(request.url, issuer)
  const client = await provider.Client.find('rapport')
  await client.backchannelLogout(searchParams.get('sub'), searchParams.get('sid') ?? undefined)
  response.end('sent')
}

const answer = provider.callback()
listening.on('request', (request, response) => {
  const own = [
    ['/interaction/', interact],
    ['/log-out?', logOut],
  ]
  const ours = own.find(([path]) => request.url.startsWith(path))
  if (!ours) return answer(request, response)
  ours[1](request, response).catch((error) => response.writeHead(400).end(String(error)))
})
// Whoever started it reads the first line, and may close its end then.
process.stdout.on('error', () => {})
console.log(issuer)
