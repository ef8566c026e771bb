import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Warning } from '../../contracts/warning.ts'
import type { Ports } from '../../platform/ports.ts'
import { mayBeOwn } from '../record/own-names.ts'
import { batchFolder } from '../record/store.ts'

const MAX_LISTED_OBJECTS = 1000

/**
 * Returns the warning that others use the folder in which a batch is to be made: their objects stay when the batch is
 * deleted, and an image of theirs is never replaced. Empty for a folder of its own.
 */
export async function warnOfForeignObjects(
  batch: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Warning[]> {
  const folder = batchFolder(batch, ports)
  const { objects } = await ports.objects.list(folder, { limit: MAX_LISTED_OBJECTS })
  const [first, ...others] = objects.map(({ key }) => key).filter((key) => !mayBeOwn(key.slice(folder.length)))
  if (first === undefined) return []
  const count = others.length === 0 ? 'an object' : `${1 + others.length} objects`
  const message = `The folder ${toS3Uri(folder, ports)} holds ${count} that Groundwork did not write, such as ${first}. What others put there stays when the batch is deleted.`
  return [{ code: 'foreign-objects', message }]
}
