import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const IMAGE = new URL('../../local/sample-data/train/images/000020780ccee28d.jpg', import.meta.url)

/** Starts a server that serves an image at `/photo.jpg`, returns the status of a path such as `/500`, and else 204. */
export async function startReceiver(): Promise<{ readonly url: string; stop(): void }> {
  const image = await readFile(IMAGE)
  const server = createServer((request, response) => {
    request.resume()
    if (request.url === '/photo.jpg') response.writeHead(200, { 'content-type': 'image/jpeg' }).end(image)
    else response.writeHead(Number(/^\/(\d{3})$/.exec(request.url ?? '')?.[1] ?? 204)).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver is not listening on a TCP port')
  return { url: `http://127.0.0.1:${address.port}`, stop: () => server.close() }
}
