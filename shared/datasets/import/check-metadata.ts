import { IMPORT_LIMITS } from '../../open-images/class-limits.ts'
import { readHeader } from '../../open-images/header.ts'
import { assertHasFacts, readListHeader } from '../../open-images/image-list-header.ts'
import type { Ports } from '../../platform/ports.ts'
import type { PinnedFile } from '../../platform/storage/pinned-file.ts'
import { readClassList } from '../classes/class-files.ts'
import { fileKey, type ImportSubject } from './import-files.ts'
import { FILE_NAMES } from './import-plan.ts'
import { openAnnotations, openSource, type StoredSources } from './stored-sources.ts'

/**
 * Checks the stored files, without the rows of the box CSV.
 * @throws AppError `bad-source`; CorruptStateError when one of them is not as it was fetched
 */
export async function checkMetadata(
  subject: ImportSubject,
  stored: StoredSources,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<void> {
  await readHeader(await openAnnotations(subject, stored, ports))
  await readClassList(subject, stored.files, ports, { limits: IMPORT_LIMITS })
  const images = stored.files?.find(({ name }) => name === FILE_NAMES.images)
  if (images) await checkImageList(subject, images, ports)
}

async function checkImageList(
  subject: ImportSubject,
  pinned: PinnedFile,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<void> {
  const { columns } = await readListHeader(await openSource(fileKey(subject, 'images', ports), pinned, ports))
  assertHasFacts(columns)
}
