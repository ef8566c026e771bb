import type { CorsRule } from '../protocol/cors.ts'
import type { Bucket, Content, Part, StoredObject, Upload } from './model.ts'
import { sortedMap } from './sorted-map.ts'

/** Everything that can happen to the server's state. The journal is a list of these. */
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

/** Told which bytes come into use and which go out of it. */
export interface Usage {
  hold(content: Content): void
  release(content: Content): void
}

/** Makes one change. Changes about buckets or uploads that are not there do nothing. */
export function apply(state: State, change: Change, usage: Usage): void {
  if (change.type === 'bucket-created') {
    const { bucket: name, region, created } = change
    state.set(name, { name, region, created, cors: [], objects: sortedMap(), uploads: new Map() })
    return
  }
  const bucket = state.get(change.bucket)
  if (bucket !== undefined) applyToBucket(state, bucket, change, usage)
}

function applyToBucket(
  state: State,
  bucket: Bucket,
  change: Exclude<Change, { type: 'bucket-created' }>,
  usage: Usage,
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
      usage.hold(change.object)
      releaseIfAny(bucket.objects.get(change.key), usage)
      bucket.objects.set(change.key, change.object)
      return
    case 'object-deleted':
      releaseIfAny(bucket.objects.get(change.key), usage)
      bucket.objects.delete(change.key)
      return
    case 'upload-started':
      bucket.uploads.set(change.upload.id, { ...change.upload, parts: new Map() })
      return
    case 'part-put': {
      const parts = bucket.uploads.get(change.uploadId)?.parts
      if (parts === undefined) return
      usage.hold(change.part)
      releaseIfAny(parts.get(change.part.number), usage)
      parts.set(change.part.number, change.part)
      return
    }
    case 'upload-ended':
      endUpload(bucket, change.uploadId, usage)
  }
}

function endUpload(bucket: Bucket, uploadId: string, usage: Usage): void {
  for (const part of bucket.uploads.get(uploadId)?.parts.values() ?? []) usage.release(part)
  bucket.uploads.delete(uploadId)
}

function releaseIfAny(content: Content | undefined, usage: Usage): void {
  if (content !== undefined) usage.release(content)
}

/** The shortest list of changes that makes this state from nothing, one at a time. */
export function* history(state: State): Generator<Change> {
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
