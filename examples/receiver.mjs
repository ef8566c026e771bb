// Receives Groundwork's webhooks, and takes only those that are signed with the secret of the webhook's 201:
//   WEBHOOK_SECRET=whsec_... PORT=4000 node examples/receiver.mjs
// Plain JavaScript for Node 20 and later; https://www.standardwebhooks.com lists libraries for other languages.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const { WEBHOOK_SECRET = '', PORT = '4000' } = process.env
const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64')
if (key.length < 24) throw new Error('WEBHOOK_SECRET must be the secret of the webhook: whsec_...')
const TOLERANCE_SECONDS = 300
const MOST_BYTES = 20_000
const seen = new Set()

/** Whether one of the signatures is ours; while a secret is rotated there are two. */
function isSigned(id, timestamp, body, signatures) {
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64')
    return signature.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected)
  })
}

const isRecent = (timestamp) => Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS

createServer(async (request, response) => {
  const parts = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size <= MOST_BYTES) parts.push(part)
  }
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = request.headers
  const body = Buffer.concat(parts)
  const isOurs = id && timestamp && signatures && size <= MOST_BYTES && isRecent(timestamp)
  if (!isOurs || !isSigned(id, timestamp, body, signatures)) return void response.writeHead(401).end()
  // The same event may come again, with the same id. Remember ids where they outlive this process.
  if (!seen.has(id)) process.stdout.write(`verified ${id} ${body}\n`)
  seen.add(id)
  response.writeHead(204).end()
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${PORT}\n`))
