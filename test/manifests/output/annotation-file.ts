import type { AnnotationItem, AnnotationsRequest } from '../../../shared/manifests/output/annotations.ts'
import { readAnnotations } from '../../../shared/manifests/output/annotations.ts'
import type { Ports } from '../../../shared/platform/ports.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { memoryObjects } from '../../support/world/objects.ts'
import { emptyWorld, type World } from '../../support/world/world.ts'

export const KEY = 'data/b/labeling/job/manifests/output/output.manifest'

/** The port that reading uses, and its world. */
interface MemoryStore extends Pick<Ports, 'objects'> {
  readonly world: World
}

/** Returns an empty working bucket. */
export function emptyStore(): MemoryStore {
  const world = emptyWorld()
  return { world, objects: memoryObjects(world, 'work') }
}

/** Stores the manifest, or replaces it. */
export const store = (content: string | Uint8Array, ports: MemoryStore): void => {
  ports.world.stored.set(`s3://work/${KEY}`, memoryObject(content))
}

export function manifest(content: string | Uint8Array): MemoryStore {
  const ports = emptyStore()
  store(content, ports)
  return ports
}

/** Returns a line with one box at that distance from the left. */
export const boxLine = (left: number, more: object = {}): string =>
  JSON.stringify({
    'source-ref': `s3://work/data/b/images/${left}.jpg`,
    boxes: { annotations: [{ class_id: 0, left, top: 2, width: 3, height: 4 }] },
    'boxes-metadata': { type: 'groundtruth/object-detection', 'class-map': { 0: 'Cat' } },
    ...more,
  })

export const read = (ports: MemoryStore, request: Partial<AnnotationsRequest> = {}) =>
  readAnnotations(KEY, 'boxes', { limit: 100, ...request }, ports)

/** Reads all pages. */
export async function allPages(
  ports: MemoryStore,
  request: Partial<AnnotationsRequest> = {},
): Promise<(readonly AnnotationItem[])[]> {
  const pages: (readonly AnnotationItem[])[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await read(ports, { ...request, cursor })
    pages.push(page.items)
    cursor = page.nextCursor
    if (cursor === undefined) return pages
  }
}

/** Returns the sizes of the reads, in bytes. */
export const reads = ({ world }: MemoryStore): number[] =>
  world.calls.map(({ range }) => (range ? range.end - range.start : Number.NaN))
