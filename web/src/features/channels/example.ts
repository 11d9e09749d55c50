/** How another program sends a message in. Pure. */
export const addressOf = (origin: string, id: string) => `${origin}/api/webhooks/inbound/${id}`

/** In place of a secret that is not told again. */
export const SECRET_HOLE = 'whsec_…'

/** Within single quotes of a shell: a quote ends them, stands for itself, and begins them anew. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

export type Said = { title: string; name: string; text: string }
const bodyOf = ({ title, name, text }: Said) =>
  JSON.stringify({
    id: 'message-1',
    chat: { id: 'visitor-17', title },
    sender: { id: 'visitor-17', name, phone: '+442079460000' },
    text,
  })

/** A script for any shell with openssl and curl: signs as Standard Webhooks has it, and sends. */
export const shellExample = (address: string, secret: string, said: Said) =>
  `SECRET=${quoted(secret)}
BODY=${quoted(bodyOf(said))}
ID="msg_$(openssl rand -hex 12)"
AT=$(date +%s)
KEY=$(printf %s "\${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
SIGNATURE=$(printf %s "$ID.$AT.$BODY" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | openssl base64 -A)
curl ${quoted(address)} \\
  -H 'Content-Type: application/json' \\
  -H "webhook-id: $ID" -H "webhook-timestamp: $AT" -H "webhook-signature: v1,$SIGNATURE" \\
  --data-raw "$BODY"
`

/** The same in JavaScript, with the library of Standard Webhooks. */
export const nodeExample = (address: string, secret: string, said: Said) =>
  `// npm install standardwebhooks
import { Webhook } from 'standardwebhooks'

const body = JSON.stringify(${JSON.stringify(JSON.parse(bodyOf(said)), null, 2)})
const id = \`msg_\${crypto.randomUUID()}\`
const at = new Date()
const signature = new Webhook(${JSON.stringify(secret)}).sign(id, at, body)
const answer = await fetch(${JSON.stringify(address)}, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature,
  },
  body,
})
console.log(answer.status, await answer.json())
`
