import type { CorsRule } from '../protocol/cors.ts'
import type { Bucket, Content, Part, StoredObject, Upload } from './model.ts'
import { createSortedMap } from './sorted-map.ts'

/** A change of the server's state. The journal is a list of changes. */
export type Change =
  | { readonly type: 'bucket-created'; readonly bucket: string; readonly region: string; readonly created: number }
  | { readonly type: 'bucket-deleted'; readonly bucket: string }
  | { readonly type: 'cors-set'; readonly bucket: string; readonly cors: readonly CorsRule[] }
  | { readonly type: 'object-put'; readonly bucket: string; readonly key: string; readonly object: StoredObject }
  | { readonly type: 'object-deleted'; readonly bucket: string; readonly key: string }
  | { readonly type: 'upload-started'; readonly bucket: string; readonly upload: Upload }
  | { readonly type: 'part-put'; readonly bucket: string; readonly uploadId: string; readonly part: Part }
  | { readonly type: 'upload-ended'; readonly bucket: string; readonly uploadId: string }

export type State = Map<string, Bucket>

/** Counts references to stored bytes. */
export interface ReferenceCounter {
  retain(content: Content): void
  release(content: Content): void
}

/** Applies a change. Changes to missing buckets or uploads have no effect. */
export function apply(state: State, change: Change, usage: ReferenceCounter): void {
  if (change.type === 'bucket-created') {
    const { bucket: name, region, created } = change
    state.set(name, { name, region, created, cors: [], objects: createSortedMap(), uploads: new Map() })
    return
  }
  const bucket = state.get(change.bucket)
  if (bucket !== undefined) applyToBucket(state, bucket, change, usage)
}

function applyToBucket(
  state: State,
  bucket: Bucket,
  change: Exclude<Change, { type: 'bucket-created' }>,
  usage: ReferenceCounter,
): void {
  switch (change.type) {
    case 'bucket-deleted':
      for (const [, object] of bucket.objects.entries()) usage.release(object)
      for (const id of [...bucket.uploads.keys()]) endUpload(bucket, id, usage)
      state.delete(bucket.name)
      return
    case 'cors-set':
      bucket.cors = change.cors
      return
    case 'object-put':
      usage.retain(change.object)
      releaseIfPresent(bucket.objects.get(change.key), usage)
      bucket.objects.set(change.key, change.object)
      return
    case 'object-deleted':
      releaseIfPresent(bucket.objects.get(change.key), usage)
      bucket.objects.delete(change.key)
      return
    case 'upload-started':
      bucket.uploads.set(change.upload.id, { ...change.upload, parts: new Map() })
      return
    case 'part-put': {
      const parts = bucket.uploads.get(change.uploadId)?.parts
      if (parts === undefined) return
      usage.retain(change.part)
      releaseIfPresent(parts.get(change.part.number), usage)
      parts.set(change.part.number, change.part)
      return
    }
    case 'upload-ended':
      endUpload(bucket, change.uploadId, usage)
  }
}

function endUpload(bucket: Bucket, uploadId: string, usage: ReferenceCounter): void {
  for (const part of bucket.uploads.get(uploadId)?.parts.values() ?? []) usage.release(part)
  bucket.uploads.delete(uploadId)
}

function releaseIfPresent(content: Content | undefined, usage: ReferenceCounter): void {
  if (content !== undefined) usage.release(content)
}

/** Yields the minimal list of changes that recreates this state. */
export function* snapshotChanges(state: State): Generator<Change> {
  for (const { name: bucket, region, created, cors, objects, uploads } of state.values()) {
    yield { type: 'bucket-created', bucket, region, created }
    if (cors.length > 0) yield { type: 'cors-set', bucket, cors }
    for (const [key, object] of objects.entries()) yield { type: 'object-put', bucket, key, object }
    for (const { parts, ...upload } of uploads.values()) {
      yield { type: 'upload-started', bucket, upload }
      for (const part of parts.values()) yield { type: 'part-put', bucket, uploadId: upload.id, part }
    }
  }
}
