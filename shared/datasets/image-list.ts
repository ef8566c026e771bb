import type { Ports } from '../platform/ports.ts'
import { CorruptStateError } from '../platform/state/corrupt-state.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { findVersion, openStored } from '../platform/storage/stored-file.ts'
import { fileKey, type ImportSubject } from './import/import-files.ts'
import { FILE_NAMES } from './import/import-plan.ts'
import { openSource, readSourceFiles } from './import/stored-sources.ts'

/**
 * Opens the list of images of an import, with their authors and licenses; `undefined` if the dataset has none.
 * @throws CorruptStateError when the import has one that is missing or damaged
 */
export async function openImageList(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<ByteSource | undefined> {
  const files = await readSourceFiles(subject, ports)
  const key = fileKey(subject, 'images', ports)
  if (files) {
    const pinned = files.find(({ name }) => name === FILE_NAMES.images)
    return pinned && openSource(key, pinned, ports)
  }
  // An older version did not record which files there are.
  return (await findVersion(key, ports)) && openStored(key, ports)
}

/** Whether an import has a list of images. @throws CorruptStateError when it is missing, or that cannot be known */
export async function hasImageList(subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): Promise<boolean> {
  const key = fileKey(subject, 'images', ports)
  const [files, stored] = await Promise.all([readSourceFiles(subject, ports), findVersion(key, ports)])
  const isPinned = files?.some(({ name }) => name === FILE_NAMES.images) ?? false
  if (isPinned && !stored) throw new CorruptStateError(key, undefined, 'it does not exist')
  return files ? isPinned : stored !== undefined
}
