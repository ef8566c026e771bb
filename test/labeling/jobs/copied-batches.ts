import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { MAX_IMAGE_BYTES } from '../../../shared/contracts/image-limits.ts'
import type { LabelingJobPreview } from '../../../shared/contracts/labeling-job.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { previewJob } from '../../../shared/labeling/jobs/preview.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { drain } from '../../support/broker/drain.ts'
import { jobFor, textAt } from '../../support/fixtures/labeling-jobs.ts'
import { CAT, jpeg, petsWorld, row, toSourceUri } from '../../support/fixtures/pets.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const MANIFEST = 'data/b/manifests/input.manifest'

/** Rows of five images with cats, of which the third has 500. */
const CROWDED = [row(1, CAT), row(2, CAT), ...Array<string>(500).fill(row(3, CAT)), row(4, CAT), row(5, CAT)]

export const huge = () => memoryObject(jpeg(20_000, 20_000), 'image/jpeg')
export const heavy = () => memoryObject(Buffer.concat([jpeg(40, 20), Buffer.alloc(MAX_IMAGE_BYTES)]), 'image/jpeg')

/** Returns ports with a batch `b` that is not copied. */
export async function selected(rows: readonly string[] = CROWDED): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(rows) })
  await createBatch('b', BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 50 }), ports)
  return ports
}

/** Copies the batch, for the first time or again. */
export async function copy(ports: MemoryPorts): Promise<void> {
  await startCopy('b', ports)
  await drain(ports)
}

/** Returns ports with a copied batch `b`, where the sources of some images were others. */
export async function copied(
  rows?: readonly string[],
  sources: Readonly<Record<number, ReturnType<typeof memoryObject> | undefined>> = {},
): Promise<MemoryPorts> {
  const ports = await selected(rows)
  for (const [number, object] of Object.entries(sources)) {
    if (object) ports.world.stored.set(toSourceUri(Number(number)), object)
    else ports.world.stored.delete(toSourceUri(Number(number)))
  }
  await copy(ports)
  return ports
}

export const write = (ports: MemoryPorts, request: object = {}) =>
  writeManifest('b', ManifestRequest.parse(request), { store: true }, ports)

/** Stores a file with these lines in the working bucket. */
export const putLines = (ports: MemoryPorts, key: string, lines: readonly string[]): void =>
  void ports.world.stored.set(`s3://work/${key}`, memoryObject(lines.map((line) => `${line}\n`).join('')))

/** Replaces the manifest by one with these lines. */
export const edit = (ports: MemoryPorts, lines: readonly string[]): void => putLines(ports, MANIFEST, lines)

export const manifestTexts = (ports: MemoryPorts): string[] => (textAt(ports, MANIFEST) ?? '').trimEnd().split('\n')

export const preview = async (ports: MemoryPorts, changes: Record<string, unknown> = {}, job = 'cats-1') =>
  (await previewJob(job, jobFor(changes), ports)) as LabelingJobPreview

export const codes = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }): string[] =>
  warnings.map(({ code }) => code).filter((code) => code !== 'experimental' && code !== 'several-workers')

/** Whether every image of the batch is accounted for. */
export const sum = (
  one: Pick<LabelingJobPreview, 'objects' | 'alreadyLabeled' | 'omittedCount' | 'extraLines'>,
): number => one.objects + one.alreadyLabeled + one.omittedCount - one.extraLines

/** Writes the manifest of the batch. */
export const withManifest = async (ports: Promise<MemoryPorts>, request?: object): Promise<MemoryPorts> => {
  await write(await ports, request)
  return ports
}

export const adjust = { mode: 'adjust' }
export const verify = { mode: 'verify' }
export const boxes = { boxes: 'open-images' }
