import * as z from 'zod'
import { receiveXml } from '../protocol/body.ts'
import { type Conditions, checkWrite, parseConditions } from '../protocol/conditions.ts'
import { S3Error } from '../protocol/errors.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { XmlElements } from '../protocol/xml.ts'
import { xmlList } from '../protocol/xml-schema.ts'
import type { Change } from '../storage/state.ts'
import type { Store } from '../storage/store.ts'
import type { Operation } from './operation.ts'

const MAX_KEYS = 1000
const ObjectXml = z.object({ Key: z.string().min(1), ETag: z.string().optional() })
const DeleteXml = z.object({ Object: xmlList(ObjectXml), Quiet: z.string().optional() })

export const deleteObject: Operation = (request, store) => {
  const { bucket, key } = request
  store.commit(...planDeletion(store, bucket, key, parseConditions(request).match))
  return emptyReply(204)
}

/** Deletes each key independently: a key that cannot be deleted is reported and does not stop the others. */
export const deleteObjects: Operation = async (request, store) => {
  const { bucket } = request
  store.bucket(bucket)
  const { Object: objects, Quiet } = await receiveXml(request, 'Delete', DeleteXml)
  if (objects.length < 1 || objects.length > MAX_KEYS) throw new S3Error('MalformedXML')
  const changes: Change[] = []
  const Deleted: XmlElements[] = []
  const failures: XmlElements[] = []
  for (const { Key, ETag } of objects) {
    try {
      changes.push(...planDeletion(store, bucket, Key, ETag))
      Deleted.push({ Key })
    } catch (error) {
      if (!(error instanceof S3Error) || error.code === 'NoSuchBucket') throw error
      failures.push({ Key, Code: error.code, Message: error.message })
    }
  }
  store.commit(...changes)
  return xmlReply('DeleteResult', { Deleted: Quiet === 'true' ? [] : Deleted, Error: failures })
}

/** Returns the changes of a deletion: none for a missing key, which succeeds unless the request has an If-Match. */
function planDeletion(store: Store, bucket: string, key: string, match: string | undefined): Change[] {
  const current = store.bucket(bucket).objects.get(key)
  checkWrite({ ...UNCONDITIONAL, match }, key, current)
  return current === undefined ? [] : [{ type: 'object-deleted', bucket, key }]
}

const UNCONDITIONAL: Conditions = {
  match: undefined,
  noneMatch: undefined,
  modifiedSince: undefined,
  unmodifiedSince: undefined,
}
