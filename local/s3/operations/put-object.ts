import { receiveBody } from '../protocol/body.ts'
import { checksumHeaders } from '../protocol/checksums.ts'
import { checkWrite, parseConditions } from '../protocol/conditions.ts'
import { parseDescription, quoteEtag } from '../protocol/description.ts'
import { emptyReply } from '../protocol/reply.ts'
import type { Operation } from './operation.ts'

/** Receives the body, then checks the conditions and commits in one synchronous step, so one of several creators wins. */
export const putObject: Operation = async (request, store) => {
  const { bucket, key } = request
  store.bucket(bucket)
  const description = parseDescription(request)
  const content = await receiveBody(request, store.bodies)
  try {
    checkWrite(parseConditions(request), key, store.bucket(bucket).objects.get(key))
    store.commit({ type: 'object-put', bucket, key, object: { ...content, ...description, modified: Date.now() } })
  } finally {
    store.bodies.release(content)
  }
  return emptyReply(200, { etag: quoteEtag(content.etag), ...checksumHeaders(content.checksum) })
}
