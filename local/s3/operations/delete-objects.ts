import * as z from 'zod'
import { receiveXml } from '../protocol/body.ts'
import { type Conditions, checkWrite, conditionsOf } from '../protocol/conditions.ts'
import { S3Error } from '../protocol/errors.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { XmlElements } from '../protocol/xml.ts'
import { listOf } from '../protocol/xml-schema.ts'
import type { Change } from '../storage/state.ts'
import type { Store } from '../storage/store.ts'
import type { Operation } from './operation.ts'

const MAX_KEYS = 1000
const ObjectXml = z.object({ Key: z.string().min(1), ETag: z.string().optional() })
const DeleteXml = z.object({ Object: listOf(ObjectXml), Quiet: z.string().optional() })

export const deleteObject: Operation = (request, store) => {
  const { bucket, key } = request
  store.commit(...deletion(store, bucket, key, conditionsOf(request).match))
  return emptyReply(204)
}

/** Deletes each key on its own: one that may not be deleted is reported and stops no other. */
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
      changes.push(...deletion(store, bucket, Key, ETag))
      Deleted.push({ Key })
    } catch (error) {
      if (!(error instanceof S3Error) || error.code === 'NoSuchBucket') throw error
      failures.push({ Key, Code: error.code, Message: error.message })
    }
  }
  store.commit(...changes)
  return xmlReply('DeleteResult', { Deleted: Quiet === 'true' ? [] : Deleted, Error: failures })
}

/** What deleting changes: nothing if the key is not there, which is a success unless an ETag was named. */
function deletion(store: Store, bucket: string, key: string, match: string | undefined): Change[] {
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
