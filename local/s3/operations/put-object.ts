import { receiveBody } from '../protocol/body.ts'
import { checksumHeaders } from '../protocol/checksums.ts'
import { checkWrite, conditionsOf } from '../protocol/conditions.ts'
import { descriptionOf, quoted } from '../protocol/description.ts'
import { emptyReply } from '../protocol/reply.ts'
import type { Operation } from './operation.ts'

/** Receives the body, then decides and commits in one step: of several writers that expect nothing, one wins. */
export const putObject: Operation = async (request, store) => {
  const { bucket, key } = request
  store.bucket(bucket)
  const description = descriptionOf(request)
  const content = await receiveBody(request, store.bodies)
  try {
    checkWrite(conditionsOf(request), key, store.bucket(bucket).objects.get(key))
    store.commit({ type: 'object-put', bucket, key, object: { ...content, ...description, modified: Date.now() } })
  } finally {
    store.bodies.release(content)
  }
  return emptyReply(200, { etag: quoted(content.etag), ...checksumHeaders(content.checksum) })
}
