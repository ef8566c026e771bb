import type { Ports } from '../../platform/ports.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import { inputManifestKey, type JobPlace } from '../job-places.ts'
import { labelCategoriesKey, type ServiceFiles, templateKey, writeServiceFiles } from '../sagemaker/job-files.ts'

/** Returns the keys of all files that may be written for a job. */
export const jobFileKeys = (place: JobPlace, ports: Pick<Ports, 'config'>): readonly string[] => [
  inputManifestKey(place, ports),
  labelCategoriesKey(place, ports),
  templateKey(place, ports),
]

/**
 * Writes the files that the engine of a job reads, side by side. When one fails, the others are written or have failed
 * too: a caller that cleans up then finds all of them. Holds two parts of the manifest.
 * @param lines of the input manifest, without line ends
 * @param files what SageMaker reads besides; undefined for a job of another engine
 */
export async function writeJobFiles(
  place: JobPlace,
  lines: AsyncIterable<string>,
  files: ServiceFiles | undefined,
  ports: Pick<Ports, 'config' | 'objects' | 'uploads'>,
): Promise<void> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const line of lines) yield Buffer.from(`${line}\n`)
  }
  const written = await Promise.allSettled([
    storeStream(inputManifestKey(place, ports), bytes(), ports),
    ...(files ? writeServiceFiles(place, files, ports) : []),
  ])
  for (const one of written) if (one.status === 'rejected') throw one.reason
}
