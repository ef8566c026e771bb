// Receives Groundwork's webhooks, and accepts only those signed with the secret from the webhook's 201:
//   WEBHOOK_SECRET=whsec_... PORT=4000 node examples/receiver.mjs
// Plain JavaScript for Node 20 and later; https://www.standardwebhooks.com lists libraries for other languages.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const { WEBHOOK_SECRET = '', PORT = '4000' } = process.env
const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64')
if (key.length < 24) throw new Error('WEBHOOK_SECRET must be the secret of the webhook: whsec_...')
const [TOLERANCE_SECONDS, MAX_BODY_BYTES] = [300, 20_000]
const seen = new Set()

/** Checks that one of the signatures was made with our secret. While a secret is rotated there are several. */
function isSigned(id, timestamp, body, signatures) {
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64')
    return signature.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected)
  })
}

async function receive(request, response) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = request.headers
  const parts = []
  for await (const part of request) parts.push(part)
  const body = Buffer.concat(parts)
  const isRecent = Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS
  if (!id || !signatures || !isRecent || !isSigned(id, timestamp, body, signatures))
    return response.writeHead(401).end()
  // An event may be delivered twice, with the same id. In production, remember ids outside of this process.
  if (!seen.has(id)) process.stdout.write(`verified ${id} ${body}\n`)
  seen.add(id)
  response.writeHead(204).end()
}

createServer((request, response) => {
  if (!(Number(request.headers['content-length']) <= MAX_BODY_BYTES)) return response.writeHead(413).end()
  // A sender that hangs up while sending cannot be answered.
  receive(request, response).catch(() => response.destroy())
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${PORT}\n`))
